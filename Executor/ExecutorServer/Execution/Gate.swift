/// Keeps the workspace to one activity at a time.
///
/// An execution's ending counts every descendant of the executor as the agent's, so no git process may run beside it.
final class Gate: Sendable {
    private struct State: Sendable {
        var execution: String?
        var isHelping = false
    }

    private let state = Watched(State())

    /// Claims the workspace for an execution at once; helpers that are running go on.
    func claim(_ id: String) throws(CallFailure) {
        let other = state.change { state in
            if state.execution == nil { state.execution = id }
            return state.execution
        }
        if let other, other != id {
            throw CallFailure(.conflict, "busy", "The execution \(other) is still running.")
        }
    }

    /// Waits until no helper is running.
    func helpersDone() async throws {
        try await state.first { $0.isHelping ? nil : () }
    }

    func leave(execution id: String) {
        state.change { state in
            if state.execution == id { state.execution = nil }
        }
    }

    /// Runs a helper after those before it.
    ///
    /// - Throws: A conflict while an execution has the workspace.
    func help<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await state.first { state -> Void? in
            if let id = state.execution {
                throw CallFailure(.conflict, "busy", "The execution \(id) is still running.")
            }
            if state.isHelping { return nil }
            state.isHelping = true
            return ()
        }
        defer { state.change { $0.isHelping = false } }
        return try await body()
    }
}
