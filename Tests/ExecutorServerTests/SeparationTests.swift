import Curl
import ExecutorAPI
import Foundation
import Glibc
import TestSupport
import Testing

/// What an agent with a user of its own tries against the executor, with all that its user may do.
@Suite(.enabled(if: ExecutorMode.isContainerWanted, ExecutorMode.remedy), .timeLimit(.minutes(10)))
struct SeparationTests {
    @Test func theAgentHasNoGroupsNoCapabilitiesAndNoWayBack() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let user = executor.agentUser
            let lines = try await executor.run("echo-process").lines.map { $0.replacing("\t", with: " ") }
            for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(lines.contains("\(set): 0000000000000000")) }
            #expect(lines.contains("Uid: \(user) \(user) \(user) \(user)"))
            #expect(lines.contains("Gid: \(user) \(user) \(user) \(user)"))
            #expect(lines.contains { $0.hasPrefix("Groups:") && !$0.contains(where: \.isNumber) })
            #expect(lines.contains("NoNewPrivs: 1"))
            #expect(lines.contains("oom 1000"))
            let again = "\(Binaries.path("caretaker-executor")) exec --user \(user + 1) -- id"
            #expect(try await executor.shell(again, id: "again").record.code == 127)
        }
    }

    @Test func theRunsFolderIsClosedToTheAgent() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let run = executor.folder
            let script = """
                cat \(run)/token; ls \(run); cat \(run)/executions/step-1/spool; echo x >\(run)/new
                echo x >>\(run)/executions/step-1/spool; echo '{"code":0}' >\(run)/executions/step-1/exit.json
                rm -rf \(run)/executions; mv \(run) \(run).away
                curl -s --unix-socket \(run)/executor.sock -H 'Authorization: Bearer the-token' http://x/health
                exit 5
                """
            let story = try await executor.shell(script)
            #expect(story.lines.isEmpty)
            #expect(story.record.code == 5)
            let names = try FileManager.default.contentsOfDirectory(atPath: run)
            let known = ["executions", "executor.lock", "executor.log", "executor.pid", "executor.sock", "token"]
            #expect(names.sorted() == known)
            #expect(try Story(await executor.bytes(of: "step-1")).bytes == story.bytes)
        }
    }

    @Test func theAgentCanNeitherSignalNorInspectTheExecutor() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let pid = try #require(executor.pid)
            let script = """
                for s in KILL STOP INT TERM CHLD; do kill -$s \(pid) && echo sent; done; kill -KILL -- -\(pid) && echo sent
                cat /proc/\(pid)/environ /proc/\(pid)/maps; head -c 1 /proc/\(pid)/mem; ls /proc/\(pid)/fd /proc/\(pid)/cwd/
                echo -1000 2>/dev/null >/proc/\(pid)/oom_score_adj; exit 5
                """
            let story = try await executor.shell(script)
            #expect(story.lines.isEmpty)
            #expect(story.record.code == 5)
            #expect(executor.pid == pid)
            #expect(try await executor.send("GET", "/health").status == 200)
        }
    }

    @Test func whatHidesFromTheTreeIsEndedAfterARestart() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let script = """
                (env -i setsid sh -c 'trap "" INT TERM; echo $$ >>children; echo on; while :; do sleep 1000; done' &)
                sleep 1000
                """
            let stream = try await executor.begin(ExecutorUnderTest.shell(script))
            var iterator = stream.body.makeAsyncIterator()
            _ = try await Story.read(1, of: &iterator)
            executor.kill()
            let hidden = try Processes.noted(in: "\(executor.workspace)/children")
            #expect(hidden.filter(Processes.isAlive).count == 1)
            try await executor.start()
            #expect(Processes.all(of: executor.agentUser).isEmpty)
            #expect(try Story(await executor.bytes(of: "step-1")).record.endedBy == .interrupted)
        }
    }

    @Test func whatForksWithoutEndIsEnded() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let script = """
                import os, resource, signal
                for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_NPROC, (100, 100))
                if os.fork() > 0: os._exit(3)
                while True:
                    try: os.fork()
                    except OSError: pass
                """
            var request = ExecutorUnderTest.execution("")
            request.agent?.command = ["python3", "-c", script]
            let record = try Story(await Story.bytes(of: try await executor.begin(request))).record
            #expect(record.code == 3)
            #expect(record.detail == nil)
            #expect(Processes.all(of: executor.agentUser).isEmpty)
        }
    }

    @Test func whatGitStartsDuringAnExportIsTheAgentsAndEndsWithIt() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            let script = """
                printf '#!/bin/sh\\nid -u >>%s/filter\\nsetsid sleep 1000 >/dev/null 2>&1 &\\ncat\\n' "$HOME" >"$HOME/f"
                chmod +x "$HOME/f"; git config filter.evil.clean "$HOME/f"; echo '* filter=evil' >.gitattributes; echo 1 >new
                """
            #expect(try await executor.shell(script).record.code == 0)
            let answer: GitExportResponse = try await executor.post("/git-export", GitExportRequest(maximumBytes: nil))
            #expect(answer.patchBytes ?? 0 > 0)
            let users = try String(contentsOfFile: "\(executor.home)/filter", encoding: .utf8).split(separator: "\n")
            #expect(Set(users) == ["\(executor.agentUser)"])
            #expect(Processes.all(of: executor.agentUser).isEmpty)
        }
    }

    @Test func aLinkLeadsTheExecutorNowhereThatTheAgentCannotGo() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            let run = executor.folder
            let script = """
                rm .git/index; ln -s \(run)/token .git/index
                rm -rf "$HOME"; ln -s \(run) "$HOME"; rm -rf ../workspace.bundle; ln -s \(run)/token ../workspace.bundle
                """
            #expect(try await executor.shell(script).record.code == 0)
            let before = try FileManager.default.contentsOfDirectory(atPath: run).sorted()
            let identity = InitGitRequest(githubUsername: "other", email: "o@example.org")
            await #expect(throws: ErrorResponse.self) {
                try await executor.post("/init-git", identity, as: StatusResponse.self)
            }
            let answer: GitExportResponse = try await executor.post("/git-export", GitExportRequest(maximumBytes: nil))
            #expect(answer.notices.count == 1)
            let after = try FileManager.default.contentsOfDirectory(atPath: run).sorted()
            #expect(Set(after).subtracting(before) == ["export.json"])
            #expect(try String(contentsOfFile: "\(run)/token", encoding: .utf8) == ExecutorUnderTest.token)
        }
    }

    @Test func aPipeInAFilesPlaceHoldsNothingUp() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            let script = """
                rm .git/index; mkfifo .git/index "$HOME/.gitconfig.part" "$HOME/.caretaker-export-index"
                """
            #expect(try await executor.shell(script).record.code == 0)
            let identity = InitGitRequest(githubUsername: "other", email: "o@example.org")
            await #expect(throws: ErrorResponse.self) {
                try await executor.post("/init-git", identity, as: StatusResponse.self)
            }
            let answer: GitExportResponse = try await executor.post("/git-export", GitExportRequest(maximumBytes: nil))
            #expect(answer.notices.isEmpty)
        }
    }

    @Test func theServiceCanReadAndRemoveAllThatTheExecutorMade() async throws {
        try await ExecutorUnderTest.with(.container) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            #expect(!FileManager.default.fileExists(atPath: "\(executor.workspace).bundle"))
            #expect(try await executor.run("commit").record.code == 0)
            let check = PrecheckRequest(id: "one", command: ["true"], timeout: nil)
            let _: PrecheckResponse = try await executor.post("/precheck", check)
            let _: GitExportResponse = try await executor.post("/git-export", GitExportRequest(maximumBytes: nil))
            let own = ["--reuid", "4000", "--regid", "4000", "--clear-groups"]
            let read = ["find", executor.folder, "-type", "f", "-exec", "cat", "{}", "+"]
            #expect(try await Program.run("/usr/bin/setpriv", own + read).code == 0)
            // The file that tells which process it is goes as well.
            let pid = try #require(executor.pid)
            defer { Processes.killAndWait(pid) }
            let remove = ["find", executor.folder, "-mindepth", "1", "-delete"]
            #expect(try await Program.run("/usr/bin/setpriv", own + remove).errors == "")
        }
    }

    @Test(arguments: ["0", "10001:0", "x", "1:2:3", "", "-1"])
    func anAgentThatIsRootOrNobodyIsRefused(user: String) async throws {
        let arguments = ["serve", "--folder", "/nowhere", "--agent-user", user]
        #expect(try await Program.run(Binaries.path("caretaker-executor"), arguments).code == 64)
    }

    @Test func foldersOfTheAgentInTheRunsFolderAreRefused() async throws {
        try await ExecutorUnderTest.with(isStarted: false) { executor in
            let arguments = ["serve", "--folder", executor.folder, "--agent-user", "4294967000"]
            #expect(try await Program.run(Binaries.path("caretaker-executor"), arguments).code == 1)
            let log = try String(contentsOfFile: "\(executor.folder)/executor.log", encoding: .utf8)
            #expect(log.contains("outside of the run's folder"))
        }
    }

    @Test func aFreshVolumeIsHandedOverToTheAgent() async throws {
        try await ExecutorUnderTest.with(.container, hasWorkspace: false) { executor in
            let owner = try FileManager.default.attributesOfItem(atPath: executor.volume)[.ownerAccountID] as? NSNumber
            #expect(owner?.uint32Value == executor.agentUser)
        }
    }

    @Test func aFolderOfRootsWithThingsInItIsNotHandedOver() async throws {
        try await ExecutorUnderTest.with(.container, isStarted: false, hasWorkspace: false) { executor in
            try "root's\n".write(toFile: "\(executor.volume)/thing", atomically: false, encoding: .utf8)
            let failure = await #expect(throws: TestFailure.self) { try await executor.start() }
            #expect(failure?.description.contains("Permission denied") == true)
            let owner = try FileManager.default.attributesOfItem(atPath: executor.volume)[.ownerAccountID] as? NSNumber
            #expect(owner?.uint32Value == 0)
        }
    }

    @Test func theAgentsVersionIsKnownBeforeAnExecution() async throws {
        try await ExecutorUnderTest.with(.container, isStarted: false) { executor in
            let program = "\(executor.volume)/claude"
            try "#!/bin/sh\necho \"2.3.$(id -u) (Claude Code)\"\n".write(
                toFile: program,
                atomically: false,
                encoding: .utf8
            )
            chmod(program, 0o755)
            try await executor.start(agentProgram: program)
            var agent: String?
            while agent == nil {
                let response = try await executor.send("GET", "/health")
                agent = try JSONDecoder().decode(HealthResponse.self, from: Data(response.body)).agent
            }
            #expect(agent == "2.3.\(executor.agentUser)")
        }
    }
}

extension ExecutorUnderTest {
    /// Runs a shell script as the agent, in the workspace.
    func shell(_ script: String, id: String = "step-1") async throws -> Story {
        try Story(await Story.bytes(of: try await begin(Self.shell(script, id: id))))
    }

    static func shell(_ script: String, id: String = "step-1") -> ExecuteRequest {
        var request = execution("", id: id)
        request.agent?.command = ["sh", "-c", script]
        return request
    }
}
