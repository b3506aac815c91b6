import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// Agents that try to get at what is not theirs.
    struct ContainerAttackTests {
        @Test func anAgentReachesNeitherTheExecutorNorTheRunsFolderNorTheImage() async throws {
            let attack = #"""
                for p in /proc/[0-9]*; do n=${p#/proc/}; if grep -q '^Uid:.0' $p/status; then
                kill -9 $n && echo "killed $n"; kill -STOP $n && echo "stopped $n";
                cat $p/environ && echo "environment of $n"; ls -l $p/fd/ && echo "descriptors of $n";
                cat $p/mem && echo "memory of $n"; fi; done;
                ls /run/caretaker/run && echo listed; touch /run/caretaker/run/x && echo wrote;
                for f in token executor.sock executor.log executor.pid; do cat /run/caretaker/run/$f && echo read; done;
                for f in /x /usr/x /etc/x /usr/lib/caretaker/x /run/x; do touch $f && echo "made $f"; done;
                mount -t tmpfs none /mnt && echo mounted; unshare -U true && echo unshared; mknod /tmp/n b 8 0 && echo node;
                grep -E '^(CapEff|CapPrm|CapBnd|CapAmb|NoNewPrivs|Groups|Uid)' /proc/self/status > status;
                """#
                .split(whereSeparator: \.isNewline).joined(separator: " ")
            try await ContainerService.with { containers in
                let run = try await containers.service.startRun(
                    ["shell { \(attack) } 2>/dev/null >report; echo end >>report", "commit"],
                    repository: containers.repository.path
                )
                let ended = try await containers.service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                let made = try await containers.newFiles(of: run)
                #expect(made["report"] == ["end"])
                let status = made["status"] ?? []
                for set in ["CapEff", "CapPrm", "CapAmb"] { #expect(status.contains("\(set):\t0000000000000000")) }
                #expect(status.contains("NoNewPrivs:\t1"))
                #expect(status.contains("Uid:\t10001\t10001\t10001\t10001"))
                #expect(status.contains { $0.trimmingCharacters(in: .whitespaces) == "Groups:" }, "\(status)")
            }
        }

        @Test func aForkBombIsEndedWithItsRunAndTheWorkIsKept() async throws {
            var setting = ContainerService.Setting()
            setting.executors = "memory: 512m, pids: 100"
            try await ContainerService.with(setting) { containers in
                let bomb = "shell b() { b & b & sleep 1000; }; b 2>/dev/null"
                let run = try await containers.service.startRun(
                    ["commit", bomb],
                    repository: containers.repository.path,
                    settings: ["limits": ["startup": 5]]
                )
                let ended = try await containers.service.end(of: run)
                // Where its shell cannot fork at all the agent goes on; else it does not get to its first line.
                #expect(ended.state == "succeeded" || ended.reason == "startup", "\(ended.state) \(ended.detail)")
                #expect(try await containers.leftovers() == [])
                let result = try await containers.service.query("runs.result", ["id": .string(run)])
                #expect(result["commits"]?.array?.count == 1)
            }
        }

        @Test func orphansOfAStepAreGoneBeforeTheNextOneBegins() async throws {
            try await ContainerService.with { containers in
                let run = try await containers.service.startRun(
                    [
                        "fork-children",
                        "shell cat /proc/[0-9]*/comm | grep sleep >left; ls /proc | grep -c '^[0-9]' >count", "commit",
                    ],
                    repository: containers.repository.path
                )
                let ended = try await containers.service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                let made = try await containers.newFiles(of: run)
                #expect(made["left"] ?? [] == [])
                // tini, the executor, the agent, two shells or so of this step.
                #expect(made["count"]?.first.flatMap { Int($0) } ?? 100 < 9, "\(made)")
            }
        }

        @Test func anAgentThatFillsItsMemoryFilesystemEndsTheRunAndTheWorkIsKept() async throws {
            var setting = ContainerService.Setting()
            setting.executors = "memory: 128m"
            try await ContainerService.with(setting) { containers in
                let run = try await containers.service.startRun(
                    ["commit", "shell dd if=/dev/zero of=/tmp/fill bs=1M; dd if=/dev/zero of=/tmp/more bs=1M"],
                    repository: containers.repository.path
                )
                let ended = try await containers.service.end(of: run)
                #expect(ended.state == "failed", "\(ended.detail)")
                #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                let result = try await containers.service.query("runs.result", ["id": .string(run)])
                let notices = ended.bodies("notice").compactMap { $0["message"]?["content"]?[0]?["data"]?.string }
                #expect(result["commits"]?.array?.count == 1, "\(ended.reason ?? "") \(ended.detail) \(notices)")
                #expect(try await containers.leftovers() == [])
            }
        }
    }
}

extension ContainerService {
    /// The lines of the new files in a run's patch, by name.
    func newFiles(of run: String) async throws -> [String: [String]] {
        let patch = try await service.query("runs.result", ["id": .string(run)])["patch"]?.string ?? ""
        var files: [String: [String]] = [:]
        var file = ""
        for line in patch.split(separator: "\n") {
            if line.hasPrefix("+++ b/") {
                file = String(line.dropFirst(6))
            } else if line.hasPrefix("diff ") {
                file = ""
            } else if line.hasPrefix("+"), !file.isEmpty {
                files[file, default: []].append(String(line.dropFirst()))
            }
        }
        return files
    }
}
