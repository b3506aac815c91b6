import AgentStream
import TestSupport
import Testing

/// What becomes of a run when the API, the agent's limits or its permissions fail it.
@Suite(.timeLimit(.minutes(5)), .enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)"))
struct RealAgentOutcomeTests {
    /// A prompt, what the API answers to it, and what becomes of the run.
    struct Case: Sendable {
        let prompt: String
        let replies: [MessageReply]
        var agent: JSONObject = [:]
        var others: JSONObject = [:]
        let outcome: String
        /// How often the API is asked; nil when that is no matter.
        var requests: Int?
        /// What the run costs; nil when that is no matter.
        var cost: Double?
    }

    private static let oneRetry: JSONObject = ["environment": ["CLAUDE_CODE_MAX_RETRIES": "1"]]
    /// A command that acceptEdits does not let through by itself.
    private static let python = MessageReply.bash("python3 -c 'print(5)'")

    static let errors = [
        Case(prompt: "unauthorized", replies: [.error(401)], outcome: "failed authentication"),
        Case(prompt: "forbidden", replies: [.error(403)], outcome: "failed authentication", requests: 1),
        Case(prompt: "limited once", replies: [.error(429, retryAfter: 1), .text("Fine.")], outcome: "succeeded"),
        Case(
            prompt: "limited for ever",
            replies: [.error(429, retryAfter: 1)],
            others: oneRetry,
            outcome: "failed rate_limited",
            requests: 2
        ),
        Case(prompt: "overloaded once", replies: [.error(529), .text("Fine.")], outcome: "succeeded", requests: 2),
        Case(
            prompt: "overloaded for ever",
            replies: [.error(529)],
            others: oneRetry,
            outcome: "failed overloaded",
            requests: 2
        ),
        Case(
            prompt: "overloaded with fallback",
            replies: [.error(529), .error(529), .error(529), .text("Fine.")],
            agent: ["fallbackModel": .string(TokenUsage.PricedModel.haiku.rawValue)],
            outcome: "succeeded",
            requests: 4,
            cost: TokenUsage().cost(on: .haiku)
        ),
        Case(prompt: "unknown model", replies: [.error(404)], outcome: "failed agent_error"),
        Case(prompt: "cut midway", replies: [.cut("Begun"), .text("Fine.")], outcome: "succeeded"),
        Case(
            prompt: "silent for ever",
            replies: [.hang],
            others: ["limits": ["idle": 3]],
            outcome: "timed_out idle"
        ),
    ]

    static let limits = [
        Case(
            prompt: "too many turns",
            replies: [.bash("true")],
            agent: ["maxTurns": 2],
            outcome: "failed max_turns",
            requests: 2,
            cost: 2 * TokenUsage().cost(on: .sonnet)
        ),
        Case(
            // One reply costs 0.0045.
            prompt: "too dear",
            replies: [.bash("true")],
            agent: ["maxBudgetUSD": 0.006],
            outcome: "failed budget",
            requests: 2,
            cost: 2 * TokenUsage().cost(on: .sonnet)
        ),
        Case(
            prompt: "denied",
            replies: [python, .text("It was denied.")],
            agent: ["allowedTools": []],
            outcome: "failed permission_denied"
        ),
        Case(
            prompt: "denied and ignored",
            replies: [python, .text("It was denied.")],
            agent: ["allowedTools": [], "onPermissionDenied": "ignore"],
            outcome: "succeeded"
        ),
        Case(
            prompt: "allowed by a rule",
            replies: [python, .text("It ran.")],
            agent: ["allowedTools": ["Bash(python3 *)"]],
            outcome: "succeeded"
        ),
        Case(
            prompt: "background refused",
            replies: [
                .tool("Bash", ["command": "sleep 300", "run_in_background": true]), .text("It was refused."),
            ],
            outcome: "succeeded"
        ),
        Case(
            prompt: "tool taken away",
            replies: [.bash("true"), .text("There is no Bash.")],
            agent: ["disallowedTools": ["Bash"]],
            outcome: "succeeded"
        ),
    ]

    @Test(arguments: [errors, limits])
    func aRunEndsWithTheReasonThatFits(_ cases: [Case]) async throws {
        var script: MessageScript = [:]
        for one in cases { script.add(one.prompt + ".", one.replies) }
        try await ServiceUnderTest.withRealAgent(script) { service, api in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            var runs: [String: String] = [:]
            for one in cases {
                let settings = Agent.settings(one.agent, one.others)
                runs[one.prompt] = try await service.startRun(
                    [one.prompt + "."],
                    repository: repository.path,
                    settings: settings
                )
            }
            for one in cases {
                let run = try #require(runs[one.prompt])
                let ended = try await service.end(of: run)
                let outcome = [ended.state, ended.reason].compactMap(\.self).joined(separator: " ")
                #expect(outcome == one.outcome, "\(one.prompt): \(ended.detail)")
                #expect(Processes.mentioning("runs/\(run)").isEmpty, "\(one.prompt)")
                let requests = api.requests(one.prompt + ".").count
                #expect(requests == one.requests ?? requests, "\(one.prompt)")
                let cost = ended.summary["costUSD"]?.double ?? -1
                #expect(abs(cost - (one.cost ?? cost)) < 0.000_001, "\(one.prompt): \(cost)")
            }
        }
    }

    /// The command itself may send the request again for minutes.
    @Test func aKeyThatIsRefusedEndsTheRunAtTheFirstRetry() async throws {
        try await ServiceUnderTest.withRealAgent(["Do it.": [.error(401)]]) { service, api in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["Do it."], repository: repository.path, settings: Agent.settings())
            let ended = try await service.end(of: run)
            #expect(ended.reason == "authentication", "\(ended.state) \(ended.detail)")
            #expect(ended.bodies("system").count { $0["subtype"]?.string == "api_retry" } == 1)
            #expect(api.requests.count <= 2)
        }
    }
}
