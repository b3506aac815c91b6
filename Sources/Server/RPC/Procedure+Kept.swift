import AgentStream
import Store
import Synchronization

extension Procedure {
    /// The same query, whose answer is kept until what it was made of changes.
    ///
    /// It must have no input and answer in JSON at once.
    func kept(until version: ChangeCount) -> Procedure {
        let answer = KeptAnswer(version: version)
        return Procedure(
            name,
            kind,
            role: role,
            input: input,
            output: output,
            contextual: { _, context in try await answer.value { try await call(nil, context) } }
        )
    }
}

/// The last answer of a query, and how old it is.
private final class KeptAnswer: Sendable {
    private let version: ChangeCount
    private let last = Mutex<(version: Int, answer: Procedure.Answer)?>(nil)

    init(version: ChangeCount) {
        self.version = version
    }

    func value(_ make: () async throws -> Procedure.Answer) async throws -> Procedure.Answer {
        // Before the rows are read: an answer may be younger than it is said to be, and never older.
        let now = version.current
        if let last = last.withLock({ $0 }), last.version == now { return last.answer }
        let answer = try await make()
        guard case .json = answer else { return answer }
        last.withLock { last in
            if last.map({ $0.version < now }) ?? true { last = (now, answer) }
        }
        return answer
    }
}
