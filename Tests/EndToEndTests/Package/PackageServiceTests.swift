import TestSupport
import Testing

extension PackageTests {
    /// What an operator has of the installed service; on one machine, which each test finds as if it were new.
    @Suite(.enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"), .sharedMachine)
    struct PackageServiceTests {
        @Test func onlyRootAndItsGroupMayUseTheSocket() async throws {
            let machine = try await InstalledMachine.anew().machine
            try await machine.root("useradd -G caretaker member; useradd stranger")
            let member = try await machine.attempt("runuser -u member -- caretaker task list")
            #expect(member.code == 0, "\(member.output)")
            let stranger = try await machine.attempt(
                "runuser -u stranger -- caretaker task list --socket /run/caretaker/caretaker.sock"
            )
            #expect(stranger.code == 69, "\(stranger.output)")
        }

        @Test func credentialsReachTheServiceAndNobodyElse() async throws {
            let shared = try await InstalledMachine.anew(settings: "server: { listen: '0.0.0.0:4000' }", starts: false)
            let machine = shared.machine
            #expect(try await machine.attempt("systemctl start caretaker").code == 1)
            try await machine.root(
                """
                echo a-word-that-is-secret | install -m 0600 /dev/stdin /etc/caretaker/credentials/token
                systemctl restart caretaker
                """
            )
            let server = "caretaker task list --server http://127.0.0.1:4000"
            #expect(try await machine.attempt("\(server) --token a-word-that-is-secret").code == 0)
            #expect(try await machine.attempt("\(server) --token another-word-than-that").code != 0)
            let stranger = try await machine.attempt(
                "runuser -u nobody -- cat /run/credentials/caretaker.service/caretaker_token"
            )
            #expect(stranger.code != 0 && !stranger.output.contains("a-word-that-is-secret"))
        }

        @Test func theProcessRuntimeNeedsItsDropInAndItsAgentsThenOutliveTheService() async throws {
            let shared = try await InstalledMachine.anew(starts: false)
            let machine = shared.machine
            try await machine.machine.install("TestAgent")
            try await machine.root(
                """
                cat >/etc/caretaker/caretaker.yaml <<'YAML'
                runtime: process
                state_dir: \(shared.state)
                agent: { command: [/usr/local/bin/TestAgent] }
                YAML
                """
            )
            #expect(try await machine.attempt("systemctl start caretaker").code == 1)
            #expect(try await machine.root("systemctl show -P ExecMainStatus caretaker") == "78")
            #expect(try await machine.root("systemctl show -P NRestarts caretaker") == "0")
            let journal = try await machine.root("journalctl --unit caretaker --no-pager")
            #expect(journal.contains("/usr/share/doc/caretaker/examples/process-runtime.conf"))

            try await machine.follow("Agents without containers")
            try await machine.root("systemctl restart caretaker; caretaker task create Wait --step 'gate /tmp/gate'")
            let run = try await machine.root("caretaker run start wait --repository \(EngineMachine.repository)")
            try await machine.wait(for: "EVENT=run_step_started RUN_ID=\(run)")
            try await machine.root("systemctl stop caretaker")
            #expect(try await machine.root("grep -l TestAgent /proc/[0-9]*/comm | wc -l") == "1")
            try await machine.root("systemctl start caretaker; touch /tmp/gate")
            try await machine.wait(for: "EVENT=run_succeeded RUN_ID=\(run)")
            #expect(try await machine.root("systemctl show -P LimitNICESoft caretaker") == "24")
        }
    }
}
