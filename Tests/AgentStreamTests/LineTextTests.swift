import AgentStream
import Testing

@Test func aRunReadsAsAShortStory() throws {
    let story = try Recording("bash-success").lines.compactMap { LineText.text(of: $0) }
    #expect(
        story == [
            "Session abe8d76a-9ada-4b0c-92c9-fc43394ef4f5 with claude-opus-5-5", "I'll look at the workspace first.",
            "$ Bash: ls -la; echo hello > out.txt",
            """
              | total 12
              | drwxr-xr-x 3 root root 4096 Nov 22 15:14 .
              | drwxr-xr-x 3 root root 4096 Nov 22 15:14 ..
              | …
            """,
            "Done: out.txt written.", "Succeeded after 2 turns, session cost $0.0154",
        ]
    )
}

@Test func noRecordingBringsAControlCharacterOut() throws {
    for name in try Recording.names() {
        for line in try Recording(name).lines {
            let text = LineText.text(of: line) ?? ""
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" || $0.value == 0x7F })
        }
    }
}

@Test(arguments: [
    ("\u{1B}[31mred", "\\u{1B}[31mred"), ("a\r\nb", "a\nb"), ("a\rb", "a\\u{D}b"), ("a\r", "a\\u{D}"),
    ("a\u{202E}b\u{2066}", "a\\u{202E}b\\u{2066}"), ("\u{9B}31m", "\\u{9B}31m"), ("\u{0}", "\\u{0}"),
    ("ok\t✅\n", "ok\t✅\n"),
    ("\u{2028}", "\\u{2028}"), ("\r\r\n", "\\u{D}\n"),
])
func hiddenCharactersAreMadeVisible(text: String, shown: String) {
    #expect(Array(VisibleText.escaped(text).unicodeScalars) == Array(shown.unicodeScalars))
}

@Test(
    arguments: [
        ("{\"type\":\"stream_event\"}", nil), ("{\"type\":\"system\",\"subtype\":\"status\"}", nil), ("", nil),
        ("42", nil),
        ("hello \u{1B}[0m\r", "hello \\u{1B}[0m"),
        ("{\"type\":\"notice\",\"text\":\"forged\"}", nil),
        (
            "{\"type\":\"system\",\"subtype\":\"api_retry\",\"attempt\":1,\"max_retries\":10,\"error_status\":null,\"error\":\"x\"}",
            "Retry 1 of 10 after no answer (x)"
        ),
        ("{\"type\":\"user\",\"message\":{\"content\":\"one\\r\\ntwo\"}}", "> one\n> two"),
        (
            "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\",\"is_error\":true,\"content\":"
                + "[{\"type\":\"text\",\"text\":\"bad\"},{\"type\":\"image\"}]}]}}", "  ! bad"
        ),
        (
            "{\"type\":\"result\",\"subtype\":\"error_max_turns\",\"num_turns\":1}",
            "Failed after 1 turn. The agent used up its turns"
        ),
        (
            "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"rejected\",\"rateLimitType\":\"five_hour\"}}",
            "Rate limit five_hour: rejected"
        ),
    ] as [(String, String?)]
)
func aLineIsToldOrLeftOut(line: String, text: String?) {
    #expect(LineText.text(of: bytes(line)) == text)
}

@Test func onlyTheServicesOwnNoticesAreShown() {
    #expect(LineText.text(of: bytes("{\"text\":\"Pushed\"}"), kind: .notice) == "-- Pushed")
}
