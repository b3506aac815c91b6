/// The lines for one entry.
struct EntryLines {
    let outputLines: Int?
    private(set) var lines: [TerminalLine] = []

    init(outputLines: Int?) {
        self.outputLines = outputLines
    }

    mutating func add(_ line: TerminalLine) { lines.append(line) }

    mutating func title(_ mark: String, _ style: TextStyle, _ text: String, _ detail: String = "") {
        let space = mark.isEmpty || text.isEmpty ? "" : " "
        add(TerminalLine(mark + space + text, style, isTitle: true).adding(detail.isEmpty ? "" : " \(detail)", .dim))
    }

    /// A text in full, each line with a mark before it.
    mutating func prose(_ text: ShownText, _ style: TextStyle = TextStyle(), mark: String = "", next: String? = nil) {
        let all = VisibleText.lines(of: text.visible)
        let shown = all.last?.isEmpty == true && all.count > 1 ? all.dropLast() : all[...]
        for (index, line) in shown.enumerated() {
            add(TerminalLine(line, style).indented(by: index == 0 ? mark : next ?? mark, style))
        }
        omission(text.omittedBytes, "bytes")
    }

    /// What a tool or a program printed: as a terminal would show it, as many lines as are wanted.
    mutating func output(_ text: ShownText, dimmed: Bool = true, indent: String = "  ") {
        bounded(
            text.styled.lines.map { spans in
                let line = TerminalLine(spans).indented(by: indent)
                return dimmed ? line.dimmed() : line
            }
        )
        omission(text.omittedBytes, "bytes", indent: indent)
    }

    /// Lines of which only the first and the last are shown when there are many.
    mutating func bounded(_ all: [TerminalLine]) {
        guard let limit = outputLines, all.count > limit + 1 else {
            lines += all
            return
        }
        let head = (limit + 1) / 2
        lines += all.prefix(head)
        omission(all.count - limit, "lines", indent: "  ")
        lines += all.suffix(limit - head)
    }

    mutating func omission(_ count: Int, _ what: String, indent: String = "") {
        if count > 0 { add(TerminalLine("\(indent)… \(count) more \(what)", .dim)) }
    }
}
