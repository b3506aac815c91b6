import AgentStream
import Foundation

/// Lines of an agent that would like to do something to whoever reads them.
enum HostileLines {
    /// Texts that are more than text where they are taken for markup, for a template or for a terminal's orders.
    static let texts = [
        "<script>pwned=1</script>", "<img src=x onerror=pwned=1>", "<svg/onload=pwned=1>", "\"><svg onload=pwned=1>",
        "' onmouseover='pwned=1", "</pre></div></main><iframe srcdoc=\"<script>parent.pwned=1</script>\"></iframe>",
        "</textarea></title></style></script><script>pwned=1</script>", "{{{html}}}{{>layout}}{{#steps}}",
        "javascript:pwned=1", "<a href=\"javascript:pwned=1\">x</a>", "<base href=//elsewhere.example/>",
        "<meta http-equiv=refresh content='0;url=http://elsewhere.example/'>",
        "<link rel=stylesheet href=http://elsewhere.example/x.css><style>@import'//elsewhere.example'</style>",
        "<form action=http://elsewhere.example/><input autofocus onfocus=pwned=1></form>",
        "\u{1B}]8;;javascript:pwned=1\u{07}link\u{1B}]8;;\u{07}", "\u{1B}[31m\u{1B}[?1049h\u{1B}]0;pwned\u{07}<b>red",
        "\u{9B}31m\u{90}q\u{9C}", "\u{202E}gnp.exe\u{2066}<b>", "\u{0}\u{8}\u{7F}\u{FFFE}", "&lt;script&gt;&#x3c;",
        "<!--<script>", "]]><script>pwned=1</script>", "<template><script>pwned=1</script></template>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=pwned=1>", "__proto__", "constructor",
        "\u{FEFF}\u{2028}\u{2029}<script>pwned=1</script>", "</script><!--", "data:text/html,<script>pwned=1</script>",
    ]

    /// Every text in every place of every kind of line.
    static var all: [UInt8] { texts.flatMap(lines).flatMap { $0 + [0x0A] } }

    private static func lines(_ text: String) -> [[UInt8]] {
        let value = JSONValue.string(text)
        let results = results(value).map { answer($0, of: value) } + [answer(value, of: "toolu_\(text)")]
        let lines = uses(value).map { said($0) } + results + events(value)
        return lines.map(\.encoded) + [Array(text.utf8.filter { $0 != 0x0A })]
    }

    private static func said(_ part: JSONValue) -> JSONValue {
        ["type": "assistant", "message": ["id": "m", "role": "assistant", "model": "m", "content": [part]]]
    }

    private static func uses(_ value: JSONValue) -> [JSONValue] {
        func use(_ name: JSONValue, _ input: JSONValue) -> JSONValue {
            ["type": "tool_use", "id": value, "name": name, "input": input]
        }
        return [
            ["type": "text", "text": value], ["type": "thinking", "thinking": value], ["type": value, "text": value],
            use("Bash", ["command": value, "description": value]),
            use("Write", ["file_path": value, "content": value]),
            use("Edit", ["file_path": value, "old_string": value, "new_string": "\(value)"]),
            use("Read", ["file_path": value]), use("Grep", ["pattern": value, "path": value, "glob": value]),
            use("WebFetch", ["url": value, "prompt": value]), use(value, ["a": value]),
            use("TodoWrite", ["todos": [["content": value, "status": value, "activeForm": value]]]),
            use("Agent", ["description": value, "prompt": value, "subagent_type": value]),
        ]
    }

    private static func results(_ value: JSONValue) -> [JSONValue] {
        let drawing = Data("<svg xmlns='http://www.w3.org/2000/svg' onload='pwned=1'/>".utf8).base64EncodedString()
        func image(_ type: JSONValue, _ data: JSONValue) -> JSONValue {
            [["type": "image", "source": ["type": "base64", "media_type": type, "data": data]]]
        }
        return [
            value, [["type": "text", "text": value], ["type": value]], image("image/svg+xml", .string(drawing)),
            image("image/png", value), image(value, .string(drawing)),
        ]
    }

    private static func answer(_ content: JSONValue, of use: JSONValue) -> JSONValue {
        [
            "type": "user", "parent_tool_use_id": use,
            "message": [
                "role": "user", "content": [["type": "tool_result", "tool_use_id": use, "content": content]],
            ],
            "tool_use_result": ["stdout": use, "stderr": use, "interrupted": false, "filePath": use, "content": use],
        ]
    }

    private static func events(_ value: JSONValue) -> [JSONValue] {
        [
            [
                "type": "system", "subtype": "init", "cwd": value, "session_id": value, "tools": [value],
                "model": value, "permissionMode": value, "claude_code_version": value,
            ],
            ["type": "system", "subtype": value, "message": value, "status": value],
            ["type": "system", "subtype": "hook_response", "hook_name": value, "stdout": value, "exit_code": 1],
            ["type": "system", "subtype": "api_retry", "error": value, "attempt": 1],
            ["type": value, "message": value],
            [
                "type": "stream_event", "parent_tool_use_id": .null,
                "event": [
                    "type": "content_block_start", "index": 0, "content_block": ["type": "tool_use", "name": value],
                ],
            ],
            [
                "type": "stream_event", "parent_tool_use_id": .null,
                "event": ["type": "content_block_delta", "index": 1, "delta": ["type": "text_delta", "text": value]],
            ],
            [
                "type": "result", "subtype": value, "is_error": false, "result": value, "errors": [value],
                "permission_denials": [],
            ],
        ]
    }
}
