import ExecutorAPI
import Glibc

/// Runs a command in the workspace, once for each id.
struct Precheck: Sendable {
    let places: Places
    let running: RunningPrograms

    /// - Throws: A `CallFailure` when an earlier executor began it and did not come to its end.
    func run(_ request: PrecheckRequest) async throws -> PrecheckResponse {
        let parent = places.inRun("prechecks")
        let folder = "\(parent)/\(request.id)"
        let answer = "\(folder)/answer.json"
        _ = try SafeFile.makeFolder(parent)
        if let stored = try SafeFile.read(answer) { return try JSON.decode(PrecheckResponse.self, from: stored) }
        guard try SafeFile.makeFolder(folder) else {
            throw CallFailure(.conflict, "interrupted", "The command was begun before and how it ended is not known.")
        }
        let response = try await watch(request)
        try SafeFile.write(JSON.encode(response), to: answer)
        return response
    }

    private func watch(_ request: PrecheckRequest) async throws -> PrecheckResponse {
        let seconds = request.timeout ?? 300
        let plan = ProgramPlan(
            command: request.command,
            environment: places.environment(),
            user: places.agentUser,
            directory: places.workspace,
            input: [],
            limits: Limits(total: .seconds(seconds)),
            mergesErrors: true
        )
        let orders = try Orders()
        return try await BlockingThread.run { [running] in
            let sink = TailSink()
            let outcome = running.during(orders) { WatchedProgram(plan, orders: orders, sink: sink).run() }
            return response(to: outcome, sink.tail, seconds: seconds)
        }
    }

    private func response(to outcome: ProgramOutcome, _ tail: Tail, seconds: Double) -> PrecheckResponse {
        var code = outcome.code ?? outcome.signal.map { 128 + $0 } ?? 127
        var text = tail.text
        switch outcome.endedBy {
        case .agent: break
        case .notStarted: text += "\(outcome.detail ?? "It could not be started.")\n"
        case .startup, .idle, .total:
            // As timeout(1) has it, so that an orderly exit after the signal is not taken for success.
            if code == 0 { code = 124 }
            text += "\nThe command was ended after \(seconds) seconds.\n"
        default: text += "\nThe command was ended before it was done.\n"
        }
        return PrecheckResponse(exitCode: code, tail: text)
    }
}
