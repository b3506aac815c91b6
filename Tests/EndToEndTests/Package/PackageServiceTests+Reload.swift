import AgentStream
import Testing

extension PackageTests.PackageServiceTests {
    @Test func aReloadWithAFaultChangesNothingAndAGoodOneHoldsAtOnce() async throws {
        let shared = try await InstalledMachine.anew(executors: "memory: 512m, max_concurrent: 1")
        let machine = shared.machine
        let first = try await shared.startGatedRun()
        let second = try await shared.queueGatedRun()
        try await machine.wait(for: "EVENT=run_waiting RUN_ID=\(second)")

        try await machine.root("sed -i 's/max_concurrent: 1/max_concurrent: many/' /etc/caretaker/caretaker.yaml")
        #expect(try await machine.attempt("systemctl reload caretaker").code == 1)
        #expect(try await machine.root("systemctl is-active caretaker") == "active")
        let journal = try await machine.root("journalctl --unit caretaker --no-pager --lines 20")
        #expect(
            journal.contains(#/caretaker\.yaml:3.*executors\.max_concurrent must be a whole number/#),
            "\(journal)"
        )
        #expect(try await shared.shown(second)["waiting"] == "cap_global")

        try await machine.root("sed -i 's/max_concurrent: many/max_concurrent: 2/' /etc/caretaker/caretaker.yaml")
        try await machine.root("systemctl reload caretaker")
        try await machine.wait(for: "EVENT=run_step_started RUN_ID=\(second)")
        for run in [first, second] {
            try await shared.openGate(of: run)
            try await machine.wait(for: "EVENT=run_succeeded RUN_ID=\(run)")
        }
    }
}
