import AgentStream
import Foundation
import Testing

private func usage(_ names: String...) throws -> AgentUsage {
    try names.map { try Recording($0).fold.usage }.reduce(AgentUsage(), +)
}

private func usage(lines: [String]) -> AgentUsage {
    var fold = UsageFold()
    for line in lines { fold.take(bytes(line)) }
    return fold.usage
}

private func isClose(_ cost: Double?, _ expected: Double) -> Bool { cost.map { abs($0 - expected) < 1e-9 } ?? false }

@Test func aRunHasItsTokensTurnsAndCost() throws {
    let usage = try usage("bash-success")
    #expect(usage.inputTokens == 2400)
    #expect(usage.outputTokens == 40)
    #expect(usage.cacheReadTokens == 10_000)
    #expect(usage.cacheCreationTokens == 600)
    #expect(usage.turns == 2)
    #expect(!usage.isEstimated)
    #expect(isClose(usage.costUSD, 0.0154))
}

@Test func resumedProcessesCostWhatEachAdded() throws {
    #expect(isClose(try usage("resume-1-first").costUSD, 0.0154))
    #expect(isClose(try usage("resume-2-resumed").costUSD, 0.0077))
    #expect(isClose(try usage("resume-1-first", "resume-2-resumed", "resume-3-forked").costUSD, 0.0308))
}

@Test func aProcessAfterAKilledOneCostsItsOwn() throws {
    let both = try usage("bg-sigkill-after-result", "resume-after-bg-sigkill")
    #expect(isClose(both.costUSD, 0.0308))
    #expect(!both.isEstimated)
    #expect(both.turns == 4)
}

@Test func theResultOfABackgroundTaskIsNotCountedTwice() throws {
    let usage = try usage("subagent-background")
    #expect(isClose(usage.costUSD, 0.0385))
    #expect(usage.inputTokens == 6000)
    #expect(usage.turns == 3)
    #expect(!usage.isEstimated)
}

@Test func aKilledProcessIsEstimatedFromItsMessages() throws {
    var usage = try usage("sigkill-mid-bash")
    // 1200 × $4 + 1 × $20 + 5000 × $0.20 + 300 × $5, each for a million.
    #expect(isClose(usage.costUSD, 0.00732))
    usage.costUSD = nil
    #expect(
        usage
            == AgentUsage(
                inputTokens: 1200,
                outputTokens: 1,
                cacheReadTokens: 5000,
                cacheCreationTokens: 300,
                isEstimated: true,
                turns: 1
            )
    )
    #expect(try !Recording("env-scrubbed").fold.usage.isEstimated)
    #expect(try Recording("env-scrubbed").fold.usage.costUSD == nil)
}

@Test func anEstimateTakesTheFinalCountsOfPartialMessages() throws {
    var fold = UsageFold()
    for line in try Recording("partial-text").lines where !AgentLine.isResult(line) { fold.take(line) }
    #expect(fold.usage.outputTokens == 20)
    #expect(fold.usage.isEstimated)
}

@Test func anEstimatesPricesAreThoseOfTheRecordedAgents() throws {
    for name in ["bash-success", "files-write-edit-read-grep-glob", "fallback-model"] {
        var fold = UsageFold()
        for line in try Recording(name).lines where !AgentLine.isResult(line) { fold.take(line) }
        let said = try #require(try Recording(name).fold.usage.costUSD)
        let estimated = try #require(fold.usage.costUSD)
        // The lines of a message still have the output tokens of its beginning.
        #expect(estimated <= said + 1e-9 && estimated > said * 0.8, "\(name): \(estimated) of \(said)")
    }
}

@Test(arguments: [
    ("claude-sonnet-4-5-20250929", 18.0), ("claude-sonnet-4-5", 18), ("claude-opus-4-20250514", 90),
    ("claude-opus-5-5", 24), ("claude-haiku-4-5-20251001", 6),
])
func aModelsPriceIsFoundWithAndWithoutItsDate(_ model: String, _ cost: Double) {
    let message =
        "{\"type\":\"assistant\",\"message\":{\"id\":\"a\",\"model\":\"\(model)\",\"usage\":"
        + "{\"input_tokens\":1000000,\"output_tokens\":1000000}}}"
    #expect(isClose(usage(lines: [message]).costUSD, cost))
}

@Test(arguments: ["claude-opus-4-99", "gpt-9", "", "claude-sonnet-4-5-2025092x"])
func anUnknownModelHasNoPrice(_ model: String) {
    let message =
        "{\"type\":\"assistant\",\"message\":{\"id\":\"a\",\"model\":\"\(model)\",\"usage\":{\"input_tokens\":5}}}"
    #expect(usage(lines: [message]).costUSD == nil)
    #expect(usage(lines: [message]).isEstimated)
}

@Test func anErrorFromTheAPICostsNothing() throws {
    let usage = try usage("err-401")
    #expect(usage.costUSD == 0)
    #expect(!usage.isEstimated)
}

@Test func aProgramWithoutTheKeyIsTakenAtItsTotal() throws {
    let first = "{\"type\":\"result\",\"total_cost_usd\":0.5,\"num_turns\":1,\"usage\":{\"input_tokens\":10}}"
    let second = "{\"type\":\"result\",\"total_cost_usd\":0.75,\"num_turns\":2,\"usage\":{\"input_tokens\":5}}"
    let none = "{\"type\":\"result\",\"num_turns\":1}"
    #expect(usage(lines: [first, second]) == AgentUsage(inputTokens: 15, costUSD: 0.75, turns: 3))
    #expect(usage(lines: [none]) == AgentUsage(turns: 1))
    #expect(isClose(try usage("json-schema-outputjson").costUSD, 0.0077))
}

@Test func messagesAfterTheLastResultAreAnEstimate() {
    let result = "{\"type\":\"result\",\"num_turns\":1,\"model_usage_since_last_result\":{\"m\":{\"costUSD\":1}}}"
    let message = "{\"type\":\"assistant\",\"message\":{\"id\":\"a\",\"usage\":{\"output_tokens\":7}}}"
    #expect(usage(lines: [message, result]) == AgentUsage(costUSD: 1, turns: 1))
    #expect(usage(lines: [result, message]) == AgentUsage(outputTokens: 7, costUSD: 1, isEstimated: true, turns: 2))
}

@Test func hostileFiguresNeitherTrapNorCount() {
    let result =
        "{\"type\":\"result\",\"num_turns\":9223372036854775807,\"model_usage_since_last_result\":"
        + "{\"m\":{\"inputTokens\":9223372036854775807,\"outputTokens\":-5,\"costUSD\":-1},"
        + "\"n\":{\"inputTokens\":9223372036854775807,\"costUSD\":1e999},\"o\":{\"costUSD\":1.7e308},"
        + "\"p\":{\"costUSD\":1.7e308}}}"
    let total = usage(lines: [result, result])
    #expect(total.inputTokens == .max)
    #expect(total.outputTokens == 0)
    #expect(total.turns == .max)
    #expect(total.costUSD == .greatestFiniteMagnitude)
    let message = { (id: Int) in
        "{\"type\":\"assistant\",\"message\":{\"id\":\"\(id)\",\"usage\":{\"input_tokens\":9223372036854775807}}}"
    }
    #expect(usage(lines: (0..<3).map(message)).inputTokens == .max)
}

@Test func manyMessagesAreCountedOnceEach() {
    var fold = UsageFold()
    for id in 0..<3000 {
        for tokens in [1, 20] {
            fold.take(
                bytes(
                    "{\"type\":\"assistant\",\"message\":{\"id\":\"m\(id)\",\"usage\":{\"output_tokens\":\(tokens)}}}"
                )
            )
        }
    }
    #expect(fold.usage.outputTokens == 60_000)
    #expect(fold.usage.turns == 3000)
}

@Test func usageSurvivesCoding() throws {
    let usage = AgentUsage(inputTokens: 1, outputTokens: 2, costUSD: nil, isEstimated: true, turns: 3)
    #expect(try JSONDecoder().decode(AgentUsage.self, from: JSONEncoder().encode(usage)) == usage)
}
