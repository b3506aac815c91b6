import Synchronization

/// What a stand-in engine has and how it misbehaves.
final class StandInState: Sendable {
    /// One misbehaviour, which spends itself on one call.
    enum Fault: Sendable {
        /// Answers with the status and does nothing.
        case before(Int, String)
        /// Does it, and answers with the status all the same.
        case after(Int, String)
        /// Never answers.
        case hang
        /// Does it after a while.
        case late(Duration)
        /// Answers a list with nothing.
        case empty
    }

    /// The calls that can be told apart.
    enum Call: String, Sendable, CaseIterable {
        case version, info, create, start, stop, inspect, remove, list, stats
        case createVolume, inspectVolume, removeVolume, listVolumes, ping
    }

    struct Container: Sendable {
        var id: String
        var name: String
        var labels: [String: String]
        var status = "created"
        var exitCode = 0
        var outOfMemory = false
        var error = ""
    }

    struct State: Sendable {
        var newest = "1.44"
        var oldest = "1.24"
        var containers: [String: Container] = [:]
        var volumes: [String: [String: String]] = [:]
        var faults: [Call: [Fault]] = [:]
        var calls: [Call] = []
        var paths: [String] = []
        var images: Set<String> = ["image"]
        /// What a container becomes when it is started.
        var statusAfterStart = "running"
        var exitCodeAfterStart = 0
        var errorAfterStart = ""
        /// How many containers were made.
        var created = 0
    }

    let state = Mutex(State())

    func with<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        state.withLock { body(&$0) }
    }

    func count(_ call: Call) -> Int {
        with { $0.calls.filter { $0 == call }.count }
    }

    /// Has the next calls of a kind misbehave, one after the other.
    func expect(_ call: Call, _ faults: Fault...) {
        with { $0.faults[call, default: []] += faults }
    }
}
