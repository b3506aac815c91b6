import Foundation
import TestSupport
import Testing

extension PackageTests {
    /// What the units promise an operator.
    @Suite(.enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"))
    struct PackageUnitTests {
        @Test func theProcessRuntimeNeedsItsDropInAndItsAgentsThenOutliveTheService() async throws {
            try await PackageMachine.with { machine in
                try await machine.follow("Install", commands: 2)
                try await machine.machine.install("TestAgent")
                try await machine.root(
                    """
                    printf 'runtime: process\\nagent: { command: [/usr/local/bin/TestAgent] }\\n' >/etc/caretaker/caretaker.yaml
                    git init -q -b main /srv/one
                    git -C /srv/one -c user.name=T -c user.email=t@localhost commit -q --allow-empty -m First
                    chown -R caretaker: /srv/one
                    """
                )
                #expect(try await machine.attempt("systemctl restart caretaker").code == 1)
                #expect(try await machine.root("systemctl show -P ExecMainStatus caretaker") == "78")
                #expect(try await machine.root("systemctl show -P NRestarts caretaker") == "0")
                let journal = try await machine.root("journalctl --unit caretaker --no-pager")
                #expect(journal.contains("/usr/share/doc/caretaker/examples/process-runtime.conf"))

                try await machine.follow("Agents without containers")
                try await machine.root(
                    "systemctl restart caretaker; caretaker task create Wait --step 'gate /tmp/gate'"
                )
                let run = try await machine.root("caretaker run start wait --repository /srv/one")
                try await machine.wait(for: "EVENT=run_step_started RUN_ID=\(run)")
                try await machine.root("systemctl stop caretaker")
                #expect(try await machine.root("grep -l TestAgent /proc/[0-9]*/comm | wc -l") == "1")
                try await machine.root("systemctl start caretaker; touch /tmp/gate")
                try await machine.wait(for: "EVENT=run_succeeded RUN_ID=\(run)")
            }
        }

        @Test func credentialsReachTheServiceAndNobodyElse() async throws {
            try await PackageMachine.with { machine in
                try await machine.follow("Install", commands: 2)
                try await machine.root(
                    """
                    printf 'runtime: docker\\nserver: { listen: "0.0.0.0:4000" }\\n' >/etc/caretaker/caretaker.yaml
                    """
                )
                #expect(try await machine.attempt("systemctl restart caretaker").code == 1)
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
        }

        @Test func theSocketUnitRefusesNoConnectionDuringRestarts() async throws {
            try await PackageMachine.with { machine in
                try await machine.follow("Install", commands: 2)
                try await machine.follow("Stop, restart, and connections that stay")
                try await machine.root(Self.callers)
                let counts = try await machine.machine.run("bash", "/root/callers").split(separator: " ")
                #expect(try #require(counts.first.flatMap { Int($0) }) > 0)
                #expect(counts.last == "0", "\(counts)")
                #expect(try await machine.root("caretaker task list --format json") == "[]")
            }
        }

        /// Calls one after the other while the service is restarted; prints how many were answered, and how many were not.
        private static let callers = """
            cat >/root/callers <<'BASH'
            (for _ in 1 2 3; do systemctl restart caretaker; done; touch /tmp/restarted) &
            good=0 bad=0
            until [ -e /tmp/restarted ]; do
                line=
                if exec 3<>/dev/tcp/127.0.0.1/4000; then
                    printf 'GET /livez HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3
                    read -t 60 -r line <&3
                    exec 3>&-
                fi
                case $line in *' 200 '*) good=$((good + 1)) ;; *) bad=$((bad + 1)) ;; esac
            done
            wait
            echo "$good $bad"
            BASH
            """
    }
}
