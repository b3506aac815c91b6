import AgentStream
import Testing

extension PackageTests.PackageServiceTests {
    @Test func systemdEndsAServiceWhoseLoopOverSchedulesHangsAndItsSlotIsMadeUpFor() async throws {
        let environment = "/run/caretaker-hangs"
        let unit = """
            [Service]
            WatchdogSec=2
            RestartSec=100ms
            EnvironmentFile=-\(environment)
            ExecStopPost=+/bin/rm -f \(environment)
            """
        let shared = try await InstalledMachine.anew(dropIn: unit, starts: false)
        let machine = shared.machine
        try await machine.root(
            """
            echo CARETAKER_FAILPOINT=slot:hang >\(environment)
            systemctl start caretaker
            caretaker task create Commit --step commit
            caretaker schedule create Once --task commit --repository \(EngineMachine.repository) \
            --at "@at $(date -u -d '+3 seconds' +%FT%TZ)"
            """
        )
        try await machine.markJournal()
        try await machine.wait(for: "EVENT=service_ready")
        let journal = try await machine.root("journalctl --unit caretaker --no-pager")
        #expect(journal.contains("the loop over schedules does not go on"))
        #expect(journal.contains("Failed with result 'watchdog'"))
        try await machine.wait(for: "EVENT=run_succeeded")
        let runs = try await machine.root("caretaker run list --schedule once --format json | grep -c '\"slot\"'")
        #expect(runs == "1")
    }

    @Test func aStartThatTakesLongerThanItsTimeoutIsGivenTheTimeThatItAsksFor() async throws {
        let unit = """
            [Service]
            TimeoutStartSec=5
            Environment=CARETAKER_FAILPOINT=open:pause
            """
        let machine = try await InstalledMachine.anew(dropIn: unit, starts: false).machine
        let process = try await machine.root(
            """
            systemctl start --no-block caretaker
            until process=$(systemctl show -P MainPID caretaker); grep -qs '^State:.T' /proc/$process/status; do
                sleep 0.05
            done
            echo $process
            """
        )
        // Another that has the same timeout and asks for nothing is given up meanwhile.
        let other = try await machine.attempt(
            "systemd-run --wait --property=Type=notify --property=TimeoutStartSec=5 sleep infinity"
        )
        #expect(other.code != 0 && other.output.contains("timeout"), "\(other.output)")
        #expect(try await machine.attempt("systemctl is-active caretaker").output == "activating")
        try await machine.root("kill -CONT \(process); systemctl start caretaker")
        #expect(try await machine.root("systemctl show -P MainPID caretaker") == process)
    }

    @Test func runsWaitForAnEngineThatComesAfterTheService() async throws {
        let shared = try await InstalledMachine.anew(hasEngine: false)
        let machine = shared.machine
        #expect(try await machine.root("systemctl is-active caretaker") == "active")
        let ready = try await machine.attempt(Self.readyz)
        #expect(ready.output.hasPrefix("HTTP/1.1 503"), "\(ready.output)")
        #expect(ready.output.contains("[-] engine: "), "\(ready.output)")
        let run = try await shared.queueGatedRun()
        try await machine.wait(for: "EVENT=run_waiting RUN_ID=\(run)")
        #expect(try await shared.shown(run)["waiting"] == "runtime_unavailable")
        try await shared.bringEngine()
        try await machine.wait(for: "EVENT=run_step_started RUN_ID=\(run)")
        #expect(try await machine.attempt(Self.readyz).output.hasPrefix("HTTP/1.1 200"))
        try await shared.openGate(of: run)
        try await machine.wait(for: "EVENT=run_succeeded RUN_ID=\(run)")
    }

    /// Prints the answer of the service to whether all of it is well.
    private static let readyz = """
        bash -c 'exec 3<>/dev/tcp/127.0.0.1/4000
        printf "GET /readyz?verbose HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n" >&3; cat <&3'
        """
}
