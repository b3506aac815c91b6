import Foundation
import Glibc
import TestSupport

/// Follows the engine's own events about containers: it misses no instant, as samples would.
struct ContainerWatch {
    private let watching: ChildProcess

    init(_ engine: TestEngine) throws {
        let command = "exec docker events --filter type=container --filter label=caretaker.run"
        let format = "--format '{{.Action}} {{.Actor.Attributes.name}}' >&2"
        watching = try ChildProcess(
            "/bin/sh",
            ["-c", "\(command) --since \(Date().timeIntervalSince1970) \(format)"],
            environment: engine.environment
        )
    }

    /// Waits until the engine has done something.
    func first(_ action: String) async {
        for await line in watching.errorLines where line.hasPrefix("\(action) ") { break }
        watching.send(SIGKILL)
    }

    /// The most that ran at once until so many have ended.
    func mostAtOnce(ending count: Int) async -> Int {
        var running: Set<Substring> = []
        var most = 0
        var ended = 0
        for await line in watching.errorLines {
            let words = line.split(separator: " ")
            guard words.count == 2 else { continue }
            switch words[0] {
            case "start": running.insert(words[1])
            case "die":
                running.remove(words[1])
                ended += 1
            default: break
            }
            most = max(most, running.count)
            if ended == count { break }
        }
        watching.send(SIGKILL)
        return most
    }
}
