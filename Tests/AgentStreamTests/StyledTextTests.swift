import AgentStream
import Testing

@Test(arguments: [
    ("\u{1B}[31mred", "\\u{1B}[31mred"), ("a\r\nb", "a\nb"), ("a\rb", "a\\u{D}b"), ("a\r", "a\\u{D}"),
    ("a\u{202E}b\u{2066}", "a\\u{202E}b\\u{2066}"), ("\u{9B}31m", "\\u{9B}31m"), ("\u{0}", "\\u{0}"),
    ("ok\t✅\n", "ok\t✅\n"), ("\u{2028}", "\\u{2028}"), ("\r\r\n", "\\u{D}\n"), ("a\u{200B}b", "a\\u{200B}b"),
    ("👩\u{200D}👩\u{200D}👧", "👩\u{200D}👩\u{200D}👧"),
])
func hiddenCharactersAreMadeVisible(text: String, shown: String) {
    #expect(Array(VisibleText.escaped(text).unicodeScalars) == Array(shown.unicodeScalars))
}

@Test(arguments: [
    ("plain\ntext", "plain\ntext"), ("10%\r50%\r100%\ndone", "100%\ndone"), ("abc\rX", "Xbc"), ("a\r\nb", "a\nb"),
    ("old line\r\u{1B}[Knew", "new"), ("old line\u{1B}[2K\rnew", "new"), ("word\u{8}k", "work"), ("\u{8}\u{8}a", "a"),
    ("\u{1B}]8;;http://evil\u{7}link\u{1B}]8;;\u{7}", "link"), ("\u{1B}]0;title\u{1B}\\text", "text"),
    ("\u{1B}]0;never ended\nnext", "\nnext"), ("\u{1B}[2J\u{1B}[Hhome", "home"), ("\u{1B}[?25lhidden", "hidden"),
    ("\u{1B}(Bcharset", "charset"), ("\u{1B}cfull reset", "full reset"), ("\u{1B}P1$r\u{1B}\\dcs", "dcs"),
    ("\u{1B}[31", "\\u{1B}[31"), ("\u{1B}", "\\u{1B}"), ("\u{1B}[3\u{1B}[31mx", "\\u{1B}[3x"),
    ("\u{9B}31mc1", "\\u{9B}31mc1"), ("a\u{202E}b", "a\\u{202E}b"), ("nul\u{0}", "nul\\u{0}"), ("", ""),
    ("tab\tstays", "tab\tstays"), ("\u{1B}[8mconcealed", "concealed"),
])
func aTextReadsAsATerminalShowsIt(text: String, shown: String) {
    #expect(Array(StyledText(text).plain.unicodeScalars) == Array(shown.unicodeScalars))
}

@Test func coloursAndWeightsAreKept() {
    let spans = StyledText("a\u{1B}[1;31mb\u{1B}[22mc\u{1B}[0md\u{1B}[38;5;196me\u{1B}[38;2;0;0;250mf\u{1B}[m").spans
    #expect(spans.map(\.text) == ["a", "b", "c", "d", "e", "f"])
    #expect(spans.map(\.style.isBold) == [false, true, false, false, false, false])
    #expect(spans.map { $0.style.foreground?.number } == [nil, 1, 1, nil, 9, 4])
}

@Test(
    arguments: [
        ("3", \TextStyle.isItalic), ("4", \.isUnderlined), ("4:3", \.isUnderlined), ("7", \.isInverse),
        ("9", \.isStruck),
        ("2", \.isDim), ("0;1", \.isBold), ("38;5;1;1", \.isBold), ("38:2::1:2:3;1", \.isBold),
        ("38;2;1;2;3;1", \.isBold),
    ] as [(String, any KeyPath<TextStyle, Bool> & Sendable)]
)
func aSequenceSetsItsStyle(parameters: String, property: any KeyPath<TextStyle, Bool> & Sendable) {
    #expect(StyledText("\u{1B}[\(parameters)mx").spans.first?.style[keyPath: property] == true)
}

@Test func textIsNeverInTheColourOfItsGround() {
    let style = StyledText("\u{1B}[30;40mhidden").spans.first?.style
    #expect(style?.foreground != nil && style?.background == nil)
}

@Test func linesKeepTheirStyles() {
    let lines = StyledText("\u{1B}[32ma\nb\u{1B}[0mc\n").lines
    #expect(lines.map { $0.map(\.text) } == [["a"], ["b", "c"]])
    #expect(lines[1].first?.style.foreground?.number == 2)
}

/// What would cost the square of its length if any step looked back or forward over all of it.
@Test(
    .timeLimit(.minutes(1)),
    arguments: [
        "\u{1B}[2Kx", "\u{1B}[1Kx", "\u{1B}[K", "\u{1B}]", "\u{1B}[", "\u{1B}[1;2;3", "\r", "\u{8}", "ab\r", "\u{1B}P",
        "\u{1B}[:;",
        "\u{301}", "\u{1B}[31;1;38;5;",
    ]
)
func noTextTakesMoreThanLinearTime(piece: String) {
    let text = String(repeating: "x", count: 50_000) + String(repeating: piece, count: 50_000)
    #expect(StyledText(text).plain.utf8.count <= 8 * text.utf8.count)
}
