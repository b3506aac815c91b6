import AgentStream
import Testing

private let success =
    "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"terminal_reason\":\"completed\",\"num_turns\":1}"

private func verdict(
    _ lines: [String],
    exit: AgentExit = .exited(0),
    policy: VerdictPolicy = VerdictPolicy()
) -> Verdict {
    var fold = VerdictFold()
    for line in lines { fold.take(bytes(line)) }
    return fold.verdict(exit: exit, policy: policy)
}

@Test func theReasonsAreTheWordsOfTheDesign() {
    #expect(
        AgentFailure.Reason.allCases.map(\.rawValue) == [
            "agent_startup", "agent_error", "authentication", "rate_limited", "overloaded", "budget", "max_turns",
            "permission_denied",
        ]
    )
}

@Test func aProgramMayLeaveOutTheTerminalReason() {
    #expect(verdict(["{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false}"]).isSuccess)
    #expect(!verdict(["{\"type\":\"result\",\"subtype\":\"success\"}"]).isSuccess)
    #expect(
        !verdict([
            "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"terminal_reason\":\"aborted_tools\"}"
        ]).isSuccess
    )
}

@Test func aResultOfABackgroundTaskDecidesNothing() {
    let background =
        "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"origin\":{\"kind\":\"task-notification\"}}"
    let failed = "{\"type\":\"result\",\"subtype\":\"error_max_budget_usd\",\"is_error\":true}"
    #expect(verdict([background]).failure?.detail == "The agent ended without a result")
    #expect(verdict([failed, background]).failure?.reason == .budget)
    #expect(verdict([background, success]).isSuccess)
}

@Test func theLastResultDecides() {
    let failed = "{\"type\":\"result\",\"subtype\":\"error_max_turns\",\"is_error\":true}"
    #expect(verdict([failed, success]).isSuccess)
    #expect(verdict([success, failed], exit: .exited(1)).failure?.reason == .maxTurns)
}

@Test func aProcessThatNeverSpokeDidNotStart() {
    #expect(verdict([], exit: .exited(127)).failure?.reason == .agentStartup)
    #expect(verdict(["", " \r"], exit: .exited(127)).failure?.reason == .agentStartup)
    #expect(
        verdict([], exit: .signalled(9)).failure
            == AgentFailure(.agentStartup, "The agent was ended by signal 9 (SIGKILL) before it printed a line")
    )
    #expect(verdict([]).failure == AgentFailure(.agentError, "The agent ended without a result"))
    #expect(verdict(["sh: claude: not found"], exit: .exited(127)).failure?.reason == .agentError)
}

@Test func troubleThatIsOverIsNoReason() {
    let retry = "{\"type\":\"system\",\"subtype\":\"api_retry\",\"error_status\":529,\"error\":\"overloaded\"}"
    let answer = "{\"type\":\"assistant\",\"message\":{\"content\":[]},\"parent_tool_use_id\":null}"
    #expect(verdict([retry], exit: .exited(143)).failure?.reason == .overloaded)
    #expect(verdict([retry, answer], exit: .exited(143)).failure?.reason == .agentError)
}

@Test func anErrorOfASubagentIsNotTheAgents() {
    let subagent =
        "{\"type\":\"assistant\",\"error\":\"rate_limit\",\"message\":{},\"parent_tool_use_id\":\"toolu_1\"}"
    #expect(verdict([subagent], exit: .exited(1)).failure?.reason == .agentError)
}

@Test func anAgentsWordsAreSafeAndShortInTheDetail() throws {
    let long = String(repeating: "x", count: 10_000)
    let line =
        "{\"type\":\"result\",\"subtype\":\"a\\u001b[31m\",\"is_error\":true,\"result\":\"\\u001b]0;t\\u0007\\u202e\(long)\"}"
    let detail = try #require(verdict([line], exit: .exited(1)).failure?.detail)
    #expect(detail.utf8.count < 700)
    #expect(detail.contains("a\\u{1B}[31m"))
    #expect(!detail.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
}

@Test func aSessionThatReadsAsAnOptionIsNotKept() {
    for session in ["--resume", "", "a b", "a/../b", "a\\u0000b", String(repeating: "x", count: 129)] {
        var fold = AgentFold()
        fold.take(bytes("{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"\(session)\"}"))
        #expect(fold.sessionID == nil)
    }
}
