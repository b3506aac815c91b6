import Testing

@testable import Journal

struct SafeTextTests {
    @Test(arguments: [
        ("plain ä 🙂", "plain ä 🙂"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u{1B}[2J\u{0}\u{7F}", "\\u{1B}[2J\\u{0}\\u{7F}"),
        ("\u{85}\u{2028}\u{202E}\u{2066}\u{FEFF}", "\\u{85}\\u{2028}\\u{202E}\\u{2066}\\u{FEFF}"),
        ("quote \" \\", "quote \" \\"),
    ])
    func whatCouldEndALineBecomesVisible(text: String, safe: String) {
        #expect(SafeText(place: .open, limit: 1000).text(text) == safe)
    }

    @Test func insideQuotationMarksTheseAreEscaped() {
        #expect(SafeText(place: .quoted, limit: 1000).text("a\" b\\") == "a\\\" b\\\\")
        #expect(SafeText(place: .json, limit: 1000).text("\u{1B}\"\u{202E}") == "\\u001B\\\"\\u202E")
    }

    @Test func aLongTextIsCutBetweenCharactersAndTellsHowMuchIsMissing() {
        #expect(SafeText(place: .open, limit: 5).text("ääää") == "ää…[truncated 4]")
        #expect(SafeText(place: .open, limit: 8).text("ääää") == "ääää")
        #expect(SafeText(place: .open, limit: 3).text("ab\n") == "ab…[truncated 1]")
    }
}
