import AgentStream
import FoundationEssentials
import Glibc

/// What the agent says, a line of JSON each, in the format of Claude Code's `stream-json`.
final class Transcript {
    static let model = "demo-agent"

    private let session: String
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var count = 0

    init() {
        session = getenv("CARETAKER_SESSION_ID").map { String(cString: $0) } ?? UUID().uuidString.lowercased()
        start = clock.now
    }

    func begin(in folder: String) {
        write([
            "type": "system", "subtype": "init", "cwd": .string(folder), "session_id": .string(session),
            "tools": ["Bash", "Edit", "Read", "Write"], "mcp_servers": [], "model": .string(Self.model),
            "permissionMode": "acceptEdits", "apiKeySource": "none", "claude_code_version": "0.0.0-demo",
        ])
    }

    func say(_ text: String) {
        assistant(["type": "text", "text": .string(text)])
    }

    /// Tells of a tool's use and of what came of it.
    func use(_ tool: String, _ input: JSONValue, result: String, isError: Bool = false, details: JSONValue) {
        let id = "toolu_demo_\(count)"
        assistant(["type": "tool_use", "id": .string(id), "name": .string(tool), "input": input])
        let content: JSONValue = [
            "tool_use_id": .string(id), "type": "tool_result", "content": .string(result), "is_error": .bool(isError),
        ]
        write([
            "type": "user", "message": ["role": "user", "content": [content]], "parent_tool_use_id": .null,
            "session_id": .string(session), "uuid": .string(UUID().uuidString.lowercased()),
            "tool_use_result": details,
        ])
    }

    /// The last line; an error is said as agents say it, with the text as the result.
    func end(_ text: String, isError: Bool = false) {
        let milliseconds = JSONValue(Int((clock.now - start) / .milliseconds(1)))
        let usage: JSONValue = [
            Self.model: [
                "inputTokens": 0, "outputTokens": 0, "cacheReadInputTokens": 0, "cacheCreationInputTokens": 0,
                "webSearchRequests": 0, "costUSD": 0,
            ]
        ]
        write([
            "type": "result", "subtype": isError ? "error_during_execution" : "success", "is_error": .bool(isError),
            "duration_ms": milliseconds, "duration_api_ms": 0, "num_turns": JSONValue(max(1, count)),
            "result": .string(text), "errors": isError ? [.string(text)] : [], "session_id": .string(session),
            "total_cost_usd": 0, "usage": Self.tokens, "modelUsage": usage, "model_usage_since_last_result": usage,
            "permission_denials": [], "terminal_reason": isError ? "model_error" : "completed",
            "uuid": .string(UUID().uuidString.lowercased()),
        ])
    }

    private static let tokens: JSONValue = [
        "input_tokens": 0, "output_tokens": 0, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0,
    ]

    private func assistant(_ block: JSONValue) {
        count += 1
        write([
            "type": "assistant",
            "message": [
                "id": .string("msg_demo_\(count)"), "type": "message", "role": "assistant",
                "model": .string(Self.model), "content": [block], "stop_reason": .null, "usage": Self.tokens,
            ],
            "parent_tool_use_id": .null, "session_id": .string(session),
            "uuid": .string(UUID().uuidString.lowercased()),
        ])
    }

    private func write(_ line: JSONValue) {
        let bytes = line.encoded + [0x0A]
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { exit(74) }
            written += count
        }
    }
}
