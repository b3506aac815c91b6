import ExecutorAPI
import Foundation
import Model

/// Waits for the executor of a container that was started.
struct InstanceAnswer: Sendable {
    private static let logTail = 2048

    let name: String
    let engine: EngineClient
    let executor: ExecutorClient
    let limit: Duration

    /// Returns when the executor answers.
    ///
    /// It is asked after a millisecond, then less and less often: an executor is there after a few. The engine is asked
    /// now and then whether the container has ended.
    func wait(until deadline: ContinuousClock.Instant) async throws {
        var pause = Duration.milliseconds(1)
        var lookPause = Duration.milliseconds(100)
        var look = ContinuousClock.now + lookPause
        while true {
            if try await answers() { return }
            if look <= .now {
                try await checkContainer()
                lookPause = min(lookPause * 2, .seconds(1))
                look = .now + lookPause
            }
            guard .now < deadline else {
                throw RuntimeError(.startTimeout, "The executor did not answer within \(limit).\(logText)")
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 3 / 2, .milliseconds(50))
        }
    }

    private func answers() async throws -> Bool {
        do {
            _ = try await executor.health(timeout: .seconds(2))
            return true
        } catch let error as RuntimeError where error.code == .unreachable {
            return false
        }
    }

    /// Throws when the container has ended; an engine that does not answer says nothing about it.
    private func checkContainer() async throws {
        do {
            let state = try await engine.inspectContainer(name).state
            guard case .ended(let code, let outOfMemory) = InstanceStatus(state) else { return }
            let reason = outOfMemory ? "ran out of memory" : "ended with code \(code)"
            let trouble = state.error.map { $0.isEmpty ? "" : " The engine says: \($0)" } ?? ""
            throw RuntimeError(
                .createFailed,
                "The container \(reason) before its executor answered.\(trouble)\(logText)"
            )
        } catch let error as EngineError {
            guard error.code == .notFound else { return }
            throw RuntimeError(.createFailed, "The container was removed before its executor answered.")
        }
    }

    /// What the executor wrote last to its log.
    private var logText: String {
        guard let file = FileHandle(forReadingAtPath: "\(executor.folder)/\(RunFolder.log)"),
            let size = try? file.seekToEnd(),
            (try? file.seek(toOffset: size - min(size, UInt64(Self.logTail)))) != nil,
            let data = try? file.read(upToCount: Self.logTail)
        else { return "" }
        return " Its log ends: " + String(decoding: data, as: UTF8.self)
    }
}
