import Curl
import ExecutorAPI
import Foundation
import Glibc
import Testing

/// The driver's hand-over, with a script in Claude Code's place that tells what it was given; the real one has its tests
/// in EndToEndTests.
@Suite(.timeLimit(.minutes(5)))
struct ClaudeDriverTests {
    private static let script = """
        #!/bin/sh
        [ "$1" = --version ] && { echo '2.0.27 (Claude Code)'; exit 0; }
        tell() { printf '{"type":"told","%s":"%s"}\\n' "$1" "$2"; }
        tell arguments "$(printf '%s|' "$@" | tr '"' "'")"
        tell key "$(cat /proc/self/fd/4)"
        tell again "$(cat /proc/self/fd/4)"
        tell mcp "$(tr '"' "'" </proc/self/fd/5)"
        tell prompt "$(cat)"
        tell open "$(ls /proc/$$/fd | tr '\\n' ' ')"
        tell environment "$(tr '\\0' '\\n' </proc/$$/environ | grep -c s3cret)"
        """

    private static func request(_ program: String) -> ExecuteRequest {
        var options = ClaudeOptions()
        options.mcpConfig = #"{"mcpServers":{}}"#
        options.maxBudgetUSD = 1
        return ExecuteRequest(
            id: "step-1",
            prompt: "Do it.",
            agent: AgentInvocation(
                driver: .claude,
                command: [program],
                environment: [:],
                sessionID: "8d7a6a2e-0000-4000-8000-000000000000",
                resume: false,
                claude: options,
                apiKey: "s3cret"
            ),
            limits: nil
        )
    }

    @Test(arguments: ExecutorMode.here) func theKeyIsReadOnceFromADescriptorAndStandsNowhereElse(
        mode: ExecutorMode
    ) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let program = "\(executor.volume)/claude"
            try Self.script.write(toFile: program, atomically: false, encoding: .utf8)
            chmod(program, 0o755)
            let story = try await Story(Story.bytes(of: executor.begin(Self.request(program))))
            #expect(story.record.code == 0)
            let told = story.lines.joined(separator: "\n")
            #expect(told.contains(#""key":"s3cret""#))
            #expect(told.contains(#""again":"""#))
            #expect(told.contains(#""mcp":"{'mcpServers':{}}""#))
            #expect(told.contains(#""prompt":"Do it.""#))
            #expect(told.contains(#""environment":"0""#))
            // The script's interpreter has a descriptor of its own, and one for what it substitutes.
            #expect(told.contains(#""open":"0 1 10 2 3 4 5 ""#))
            #expect(told.contains("--session-id=8d7a6a2e-0000-4000-8000-000000000000|"))
            #expect(!told.contains("--max-budget-usd"), "the script says that it is older than this flag")
            let folder = "\(executor.folder)/executions/step-1"
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "spool" {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
                #expect(!String(decoding: bytes, as: UTF8.self).contains("s3cret"), "\(name)")
            }
        }
    }

    @Test(arguments: ExecutorMode.here) func aProgramThatIsNotThereIsNamed(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await Story(Story.bytes(of: executor.begin(Self.request("/nonexistent/claude"))))
            #expect(story.record.endedBy == .notStarted)
            #expect(story.record.detail?.contains("/nonexistent/claude") == true)
        }
    }

    @Test func aCommandWithoutAProgramIsRefused() async throws {
        try await ExecutorUnderTest.with { executor in
            var request = Self.request("")
            request.agent?.command = []
            let response = try await executor.send("POST", "/execute", Array(JSONEncoder().encode(request)))
            #expect(response.status == 400)
            #expect(String(decoding: response.body, as: UTF8.self).contains("agent.command"))
        }
    }
}
