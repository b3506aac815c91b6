import AgentStream
import Foundation
import TestSupport
import Testing

extension PackageTests.PackageServiceTests {
    @Test(arguments: ["systemctl kill --kill-who=main --signal=KILL caretaker", "systemctl restart caretaker"])
    func aRunInItsContainerOutlivesTheServiceAndIsTakenUpAgain(ending: String) async throws {
        let shared = try await InstalledMachine.anew(dropIn: "[Service]\nRestartSec=100ms")
        let machine = shared.machine
        let run = try await shared.startGatedRun()
        let process = try await machine.root("systemctl show -P MainPID caretaker")
        try await machine.markJournal()
        try await machine.root(ending)
        try await machine.wait(for: "EVENT=service_ready")
        #expect(try await machine.root("systemctl show -P MainPID caretaker") != process)
        try await shared.openGate(of: run)
        try await machine.wait(for: "EVENT=run_succeeded RUN_ID=\(run)")
        #expect(try await shared.printed(by: run) == (1...2 * EngineMachine.lines).map { "msg_\($0)" })
        #expect(try await shared.deliveries(of: run) == 1)
        #expect(try await shared.left(of: run) == [])
    }

    @Test func aStopThatCancelsLeavesNoContainer() async throws {
        let shared = try await InstalledMachine.anew(settings: "on_stop: cancel")
        let run = try await shared.startGatedRun()
        #expect(try await shared.left(of: run).count == 2)
        try await shared.machine.root("systemctl stop caretaker")
        #expect(try await shared.machine.root("systemctl show -P Result caretaker") == "success")
        #expect(try await shared.left(of: run) == [])
        try await shared.machine.root("systemctl start caretaker")
        #expect(try await shared.state(of: run) == "cancelled")
    }

    @Test func noRequestIsRefusedOrLostWhenItRestartsUnderLoad() async throws {
        let shared = try await InstalledMachine.anew()
        let machine = shared.machine
        try await machine.follow("Stop, restart, and connections that stay")
        let told = try await Self.load(machine, restarts: isSoak ? 10 : 1)
        for fault in ["refused", "lost"] { #expect(told[fault]?.array == [], "\(fault)") }
        let created = told["created"]?.array?.compactMap(\.string) ?? []
        #expect(created.count >= 100)
        #expect(Set(created).count == created.count)
        // Whose connection was closed without an answer had not been heard, and may ask again.
        let list = try JSONValue(parsing: Array(try await machine.root("caretaker task list --format json").utf8))
        let kept = list.array?.compactMap { $0["name"]?.string } ?? []
        #expect(kept.sorted() == created.sorted())
        print("Restarts under load:", Self.figures(told))
    }

    /// Restarts the service under 200 requests a second, sent from within the machine's network; answers what became of them.
    private static func load(_ machine: PackageMachine, restarts: Int) async throws -> JSONValue {
        let process = try await machine.engine.run(
            "inspect",
            "--format",
            "{{.State.Pid}}",
            machine.machine.name
        )
        let told = try await machine.engine.runProgram(
            "/usr/bin/nsenter",
            [
                "--net=/proc/\(process)/ns/net", "python3",
                "\(TestEngine.repository)/Tests/EndToEndTests/Package/restart-load.py",
                "/proc/\(process)/root/run/caretaker/caretaker.sock", "200", "\(restarts)",
                "docker", "exec", machine.machine.name, "sh", "-c",
                // Else systemd refuses the sixth start within minutes.
                "systemctl reset-failed caretaker; systemctl restart caretaker",
            ]
        )
        return try JSONValue(parsing: Array(told.utf8))
    }

    private static func figures(_ told: JSONValue) -> String {
        let counts = ["answered", "closed before", "told to close", "slowest", "seconds"].map { name in
            "\(name) \(told[name].map { String(decoding: $0.encoded, as: UTF8.self) } ?? "-")"
        }
        return (counts + ["asked again \(told["asked again"]?.array?.count ?? 0)"]).joined(separator: ", ")
    }
}
