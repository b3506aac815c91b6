import Model
import Subprocess
import SystemPackage

/// Starts an executor for a folder by `caretaker-executor start`, which returns when the executor answers.
struct ExecutorStarter: Sendable {
    let executor: String
    let limit: Duration

    func start(folder: String) async throws {
        let result = try await withDeadline(limit) {
            try await run(
                .path(FilePath(executor)),
                arguments: ["start", "--folder", folder],
                // The executor outlives the service, so that nothing of the service's surroundings should reach it.
                environment: .custom(["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]),
                input: .none,
                output: .discarded,
                error: .string(limit: 8192)
            )
        }
        guard let result else {
            throw RuntimeError(.startTimeout, "The executor did not answer within \(limit).")
        }
        guard result.terminationStatus.isSuccess else {
            let tail = result.standardError.trimmingSuffix { $0.isWhitespace }
            throw RuntimeError(.createFailed, "caretaker-executor start failed: \(tail)")
        }
    }
}

/// What `body` gives, or nil when the deadline comes first; the body is then cancelled.
package func withDeadline<Value: Sendable>(
    _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = String(self)
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
