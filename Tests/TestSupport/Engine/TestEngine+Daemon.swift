import Foundation
import Glibc
import Synchronization

extension TestEngine {
    /// The daemon's process.
    package var pid: Int32 { daemon.withLock { $0 } }

    /// The daemon hangs from now on: it takes connections and answers nothing.
    package func freeze() { kill(pid, SIGSTOP) }

    package func thaw() { kill(pid, SIGCONT) }

    /// Ends the daemon, and with it the containers; `start` brings it back.
    package func stop() throws {
        guard try script.order("stop") == "stopped" else { throw EngineFailure("the engine did not stop") }
    }

    package func start() throws { try take(script.order("start")) }

    /// Stops the daemon and starts it again; `liveRestore` lets the containers live meanwhile.
    package func restart(liveRestore: Bool = false) throws {
        try take(script.order(liveRestore ? "restart live-restore" : "restart"))
    }

    /// Ends the engine and all that is in it.
    package func end() { script.end() }

    private func take(_ answer: String) throws {
        guard answer.hasPrefix("ready "), let pid = Int32(answer.dropFirst(6)) else {
            throw EngineFailure("The engine does not start: \(log.suffix(3000))")
        }
        daemon.withLock { $0 = pid }
    }

    private var log: String { (try? String(contentsOfFile: "\(folder)/engine.log", encoding: .utf8)) ?? "" }
}
