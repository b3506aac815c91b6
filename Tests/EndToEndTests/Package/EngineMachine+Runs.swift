import AgentStream
import Foundation
import TestSupport

extension EngineMachine {
    /// How many numbered lines the agent of a gated run prints before its gate, and behind it.
    static let lines = 50

    /// Starts a run whose agent waits for its gate, and waits until it does.
    func startGatedRun() async throws -> String {
        let run = try await queueGatedRun()
        try await machine.wait(for: "EVENT=run_step_started RUN_ID=\(run)")
        return run
    }

    /// Queues a run whose agent will wait for its gate.
    func queueGatedRun() async throws -> String {
        try await machine.root(
            """
            caretaker task list | grep -q '^wait ' || caretaker task create Wait --step '\(Self.gated)' >&2
            caretaker run start wait --repository \(Self.repository)
            """
        )
    }

    private static let gated = "gate /work/home/gate \(lines)"

    /// Makes the file for which a run's agent waits.
    func openGate(of run: String) async throws {
        try await machine.engine.run(
            "exec",
            "--user",
            "10001:10001",
            "caretaker-\(run)",
            "touch",
            "/work/home/gate"
        )
    }

    /// What the engine has of a run: its container and its volume.
    func left(of run: String) async throws -> [Substring] {
        let containers = try await machine.engine.run("ps", "--all", "--format", "{{.Names}}")
        let volumes = try await machine.engine.run("volume", "ls", "--format", "{{.Name}}")
        return (containers + "\n" + volumes).split(separator: "\n").filter { $0 == "caretaker-\(run)" }
    }

    /// The state of a run, as the service tells it.
    func state(of run: String) async throws -> String? {
        try await shown(run)["state"]?.string
    }

    /// A run as the service tells it.
    func shown(_ run: String) async throws -> JSONValue {
        let text = try await machine.root("caretaker run show \(run) --format json")
        return try JSONValue(parsing: Array(text.utf8))
    }

    /// What the agent of an ended run printed, each message's name in order.
    func printed(by run: String) async throws -> [String] {
        let lines = try await machine.root("caretaker run logs \(run) --format json").split(separator: "\n")
        return try lines.compactMap { try JSONValue(parsing: Array($0.utf8))["message"]?["id"]?.string }
    }

    /// How often an ended run's prompt was delivered, told by a file that the agent wrote in its workspace.
    func deliveries(of run: String) async throws -> Int {
        let patch = "/tmp/\(run).patch"
        let count = try await machine.root(
            "caretaker run result \(run) --patch \(patch) >/dev/null; grep -c '^+[0-9]* gate' \(patch)"
        )
        return Int(count) ?? 0
    }
}
