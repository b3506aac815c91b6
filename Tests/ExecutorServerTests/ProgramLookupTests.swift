import Curl
import ExecutorAPI
import Foundation
import Glibc
import Testing

/// Which program a name means when a task has a path of its own, on which a repository may have put its own programs.
@Suite(.timeLimit(.minutes(5)))
struct ProgramLookupTests {
    private static func put(_ name: String, saying word: String, in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let script = "#!/bin/sh\nprintf '{\"type\":\"%s\",\"path\":\"%s\"}\\n' \(word) \"$PATH\"\n"
        try script.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
        chmod("\(folder)/\(name)", 0o755)
    }

    private static func story(_ executor: ExecutorUnderTest, _ driver: AgentInvocation.Driver) async throws -> Story {
        let request = ExecuteRequest(
            id: "step-1",
            prompt: "Do it.",
            agent: AgentInvocation(
                driver: driver,
                command: ["agent"],
                environment: ["PATH": "\(executor.workspace)/bin:/usr/bin:/bin"],
                sessionID: nil,
                resume: false,
                apiKey: "s3cret"
            ),
            limits: nil
        )
        return try await Story(Story.bytes(of: executor.begin(request)))
    }

    @Test(arguments: ExecutorMode.here, [AgentInvocation.Driver.claude, .command])
    func anAgentIsTheOneOnTheExecutorsPathAndHasTheTasks(
        mode: ExecutorMode,
        driver: AgentInvocation.Driver
    ) async throws {
        try await ExecutorUnderTest.with(mode, isStarted: false) { executor in
            try Self.put("agent", saying: "own", in: "\(executor.volume)/own")
            try Self.put("agent", saying: "foreign", in: "\(executor.workspace)/bin")
            try await executor.start(path: "\(executor.volume)/own:/usr/bin:/bin")
            let told = try await Self.story(executor, driver).lines.joined()
            #expect(told.contains(#""type":"own""#))
            #expect(!told.contains("foreign"))
            #expect(told.contains(#""path":"\#(executor.workspace)/bin:"#))
        }
    }

    @Test(arguments: ExecutorMode.here, [AgentInvocation.Driver.claude, .command])
    func anAgentThatOnlyTheTasksPathHasIsNotStarted(
        mode: ExecutorMode,
        driver: AgentInvocation.Driver
    ) async throws {
        try await ExecutorUnderTest.with(mode, isStarted: false) { executor in
            try Self.put("agent", saying: "foreign", in: "\(executor.workspace)/bin")
            try await executor.start(path: "/usr/bin:/bin")
            let story = try await Self.story(executor, driver)
            #expect(story.lines.isEmpty)
            #expect(story.record.endedBy == .notStarted)
            #expect(story.record.detail?.contains("agent") == true)
        }
    }

    /// The loader of a program that root starts would load a library of the repository's with root's rights.
    @Test(arguments: ExecutorMode.here)
    func whatATaskTellsTheLoaderIsHeardOnlyByTheAgent(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let folder = "\(executor.volume)/traces"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            chmod(folder, 0o777)
            let request = ExecuteRequest(
                id: "step-1",
                prompt: "Do it.",
                agent: AgentInvocation(
                    driver: .command,
                    command: ["/bin/sh", "-c", "echo '{}'"],
                    environment: ["LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": "\(folder)/trace"],
                    sessionID: nil,
                    resume: false
                ),
                limits: nil
            )
            let story = try await Story(Story.bytes(of: executor.begin(request)))
            #expect(story.record.code == 0)
            let traces = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!traces.isEmpty)
            for trace in traces {
                let text = try String(contentsOfFile: "\(folder)/\(trace)", encoding: .utf8)
                #expect(!text.contains("caretaker-executor"))
                #expect(text.contains("/bin/sh"))
            }
        }
    }
}
