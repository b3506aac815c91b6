import AgentStream
import Testing

@testable import Caretaker

/// Tables fit a terminal by cutting what can be cut first, and are whole elsewhere.
struct TextTableTests {
    private static let columns: [TextTable.Column] = ["ID", .cut("NAME", 2), .cut("PLACE", 1), .cut("AT", 3)]
    private static let rows = [
        ["01J0000000", "A name of some length", "a/repository-with-a-long-name", "2026-03-08T02:30:15.123Z"],
        ["01J0000001", "Short", "o/n", "2026-03-08T02:30:15.123+01:00"],
    ]

    @Test func withoutATerminalNothingIsCut() {
        let lines = TextTable(Self.columns, Self.rows).lines(width: nil)
        #expect(
            lines == [
                "ID          NAME                   PLACE                          AT",
                "01J0000000  A name of some length  a/repository-with-a-long-name  2026-03-08T02:30:15.123Z",
                "01J0000001  Short                  o/n                            2026-03-08T02:30:15.123+01:00",
            ]
        )
    }

    @Test func secondsGoBeforeAnythingIsCut() {
        let lines = TextTable(Self.columns, Self.rows).lines(width: 90)
        #expect(lines[1] == "01J0000000  A name of some length  a/repository-with-a-long-name  2026-03-08T02:30Z")
        #expect(lines[2].hasSuffix("2026-03-08T02:30+01:00"))
    }

    @Test func theLeastImportantColumnIsCutFirstAndIdsNever() {
        let table = TextTable(Self.columns, Self.rows)
        #expect(table.lines(width: 70)[1] == "01J0000000  A name of some length  a/reposito…  2026-03-08T02:30Z")
        for width in 30...100 {
            let lines = table.lines(width: width)
            #expect(lines.allSatisfy { TextWidth.columns(of: $0) <= width }, "\(width): \(lines)")
            #expect(lines[1].hasPrefix("01J0000000"))
        }
    }

    @Test func whatDoesNotFitAtAllGoesInTheSameOrder() {
        let lines = TextTable(Self.columns, Self.rows).lines(width: 22)
        #expect(lines[0] == "ID          AT" && lines[1] == "01J0000000  2026-03…", "\(lines)")
        // Ids alone are wider than this terminal: they are told whole.
        #expect(TextTable(Self.columns, Self.rows).lines(width: 5) == ["ID", "01J0000000", "01J0000001"])
    }

    @Test(arguments: [("日本語の名前", 12), ("e\u{301}le\u{300}ve", 5), ("✅ done", 7), ("👩‍🚀", 4), ("한국", 4), ("a\u{AD}b", 3)])
    func wideCharactersAndMarksAreCounted(_ text: String, _ columns: Int) {
        #expect(TextWidth.columns(of: text) == columns)
        let lines = TextTable([.cut("NAME", 1), "N"], [[text, "1"], ["x", "2"]]).lines(width: nil)
        let places = lines.map { line in TextWidth.columns(of: String(line.dropLast())) }
        #expect(Set(places).count == 1, "\(lines)")
    }

    @Test func aWideCharacterIsNeverHalved() {
        let lines = TextTable([.cut("NAME", 1), "N"], [["日本語の名前です", "1"]]).lines(width: 12)
        #expect(lines[1] == "日本語の…  1", "\(lines)")
    }

    @Test func controlCharactersAreMadeVisible() {
        let lines = TextTable(["A"], [["\u{1B}[2J\n\u{202E}x"]]).lines(width: 80)
        #expect(lines[1] == "\\u{1B}[2J \\u{202E}x")
    }
}
