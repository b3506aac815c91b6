import AgentStream
import Foundation
import TestSupport
import Testing

/// What a task tells the real `claude` beside its steps.
@Suite(.timeLimit(.minutes(5)), .enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)"))
struct RealAgentSettingsTests {
    @Test func modelToolsPromptAndServersReachTheModel() async throws {
        let script: MessageScript = ["Ask.": [.tool("mcp__oracle__answer", [:]), .text("It said so.")]]
        try await ServiceUnderTest.withRealAgent(script) { service, api in
            let file = "\(service.folder)/oracle.py"
            try Data(Self.oracle.utf8).write(to: URL(fileURLWithPath: file))
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let settings = Agent.settings([
                "model": .string(TokenUsage.PricedModel.haiku.rawValue),
                "tools": ["Bash", "Read"],
                "allowedTools": ["mcp__oracle__answer"],
                "appendSystemPrompt": "THE-WORD-OF-THE-TASK, with 'quotes' and\nlines",
                "mcpConfig": ["mcpServers": ["oracle": ["command": "/usr/bin/python3", "args": [.string(file)]]]],
            ])
            let run = try await service.startRun(["Ask."], repository: repository.path, settings: settings)
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
            let first = try #require(api.requests.first)
            #expect(first.model == TokenUsage.PricedModel.haiku.rawValue)
            let tools = Set(first.body["tools"]?.array?.compactMap { $0["name"]?.string } ?? [])
            #expect(tools == ["Bash", "Read", "mcp__oracle__answer"])
            let system = first.body["system"]?.array?.compactMap { $0["text"]?.string }.joined() ?? ""
            #expect(system.contains("THE-WORD-OF-THE-TASK, with 'quotes' and\nlines"))
            let answer = String(decoding: api.requests.last?.toolResults.first?.encoded ?? [], as: UTF8.self)
            #expect(answer.contains("forty-two"), "\(answer)")
            #expect(ended.summary["model"]?.string == TokenUsage.PricedModel.haiku.rawValue)
        }
    }

    /// An MCP server with one tool.
    private static let oracle = """
        import json, sys

        answers = {
            "tools/list": {"tools": [{"name": "answer", "description": "Answers.", "inputSchema": {"type": "object"}}]},
            "tools/call": {"content": [{"type": "text", "text": "forty-two"}]},
        }
        for line in sys.stdin:
            call = json.loads(line)
            if call.get("method") == "initialize":
                answers["initialize"] = {
                    "protocolVersion": call["params"]["protocolVersion"],
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": "oracle", "version": "1"},
                }
            if "id" in call:
                result = answers.get(call["method"], {})
                print(json.dumps({"jsonrpc": "2.0", "id": call["id"], "result": result}), flush=True)

        """

    @Test func theSecondStepMaySpendWhatTheFirstLeft() async throws {
        let script: MessageScript = ["First.": [.text("One.")], "Second.": [.bash("true"), .text("Two.")]]
        try await ServiceUnderTest.withRealAgent(script, program: Self.recorder) { service, _ in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let steps = ["First.", "Second."]
            // Each reply costs 0.0045.
            let poor = try await service.startRun(
                steps,
                repository: repository.path,
                settings: Agent.settings(["maxBudgetUSD": 0.006])
            )
            let ended = try await service.end(of: poor)
            #expect(ended.reason == "budget", "\(ended.state) \(ended.detail)")
            #expect(ended.bodies("result").count == 2)
            let lines = try String(contentsOfFile: "\(service.folder)/arguments", encoding: .utf8)
            let budgets = lines.split(whereSeparator: \.isWhitespace).compactMap { word in
                word.hasPrefix("--max-budget-usd=") ? Double(word.split(separator: "=")[1]) : nil
            }
            #expect(budgets == [0.006, 0.0015])
        }
    }

    /// A program that writes its arguments to a file before it becomes `claude`.
    private static func recorder(_ folder: String, _ claude: String) throws -> String {
        let path = "\(folder)/recorder"
        let text = "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\(folder)/arguments\nexec \(claude) \"$@\"\n"
        try ShellScript.write(text, to: path)
        return path
    }
}
