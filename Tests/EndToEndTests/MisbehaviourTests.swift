import AgentStream
import Foundation
import TestSupport
import Testing

/// Agents that do what they should not.
@Suite(.timeLimit(.minutes(5)))
struct MisbehaviourTests {
    /// A prompt for the test agent and what becomes of its run.
    struct Case: Sendable, CustomTestStringConvertible {
        let prompt: String
        let state: String
        let reason: String?
        /// The kinds of the agent's messages.
        let kinds: [String]

        init(_ prompt: String, _ state: String, _ reason: String? = nil, _ kinds: [String]) {
            self.prompt = prompt
            self.state = state
            self.reason = reason
            self.kinds = kinds
        }

        var testDescription: String { prompt }

        /// A short limit where it is what ends the agent.
        var settings: JSONValue {
            switch reason {
            case "startup": ["limits": ["startup": 1]]
            case "idle": ["limits": ["idle": 1]]
            default: [:]
            }
        }
    }

    static let cases = [
        Case("invalid-utf8", "succeeded", nil, ["raw", "result"]),
        Case("crlf", "succeeded", nil, ["assistant", "result"]),
        Case("lone-surrogate", "succeeded", nil, ["assistant", "result"]),
        Case("deep 600", "succeeded", nil, ["raw", "result"]),
        Case("midline", "failed", "agent_error", ["assistant", "raw"]),
        Case("forge-exit", "failed", "agent_error", ["raw", "raw"]),
        Case("silent", "failed", "agent_error", []),
        Case("exit 3", "failed", "agent_startup", []),
        Case("hang", "timed_out", "startup", []),
        Case("never", "timed_out", "idle", ["assistant"]),
        Case("denied", "failed", "permission_denied", ["system", "result"]),
        Case("error-result", "failed", "agent_error", ["system", "result"]),
        Case("fork-children", "succeeded", nil, ["result"]),
        Case("result-then-hang", "succeeded", nil, ["system", "result"]),
    ]

    @Test(arguments: cases)
    func aRunOfAMisbehavingAgentEndsHonestly(_ one: Case) async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun([one.prompt], repository: repository.path, settings: one.settings)
            let ended = try await service.end(of: run)
            #expect(ended.state == one.state, "\(ended.detail)")
            #expect(ended.reason == one.reason, "\(ended.detail)")
            let kinds = ended.messages.map(\.kind).filter { $0 != "notice" }
            #expect(Set(kinds) == Set(one.kinds), "\(kinds)")
            #expect(Processes.mentioning("runs/\(run)/workspace").isEmpty)
        }
    }

    @Test func aLineOfFiftyMegabytesIsStoredWhole() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["big 50000000"], repository: repository.path)
            var size = 0
            var end = JSONValue.null
            for try await event in try await service.events(of: run) {
                if event.name == "end" { end = try JSONValue(parsing: event.data) }
                size = max(size, event.data.count)
            }
            #expect(end["state"] == "succeeded", "\(end)")
            #expect(size == 50_000_000)
        }
    }
}
