extension EntryLines {
    mutating func show(_ use: ToolUse) {
        switch use.input {
        case .bash(let command): show(command)
        case .write(_, let content):
            heading(use)
            bounded(
                content.styled.lines.map { TerminalLine($0.map(\.text).joined(), .green).indented(by: "  + ", .green) }
            )
            omission(content.omittedBytes, "bytes", indent: "  ")
        case .checklist(let list):
            heading(use)
            show(list)
        case .subagent(let delegation):
            heading(use, delegation.type.map { "(\($0))" } ?? "")
            output(delegation.prompt)
        case .web(_, let prompt):
            heading(use)
            if let prompt { output(prompt) }
        case .generic(let json):
            heading(use)
            output(json)
        case .read, .edit, .search, .task: heading(use)
        }
    }

    private mutating func heading(_ use: ToolUse, _ detail: String = "") {
        add(
            TerminalLine("● ", .cyan, isTitle: true).adding(use.name, .bold).adding(
                use.title.isEmpty ? "" : " \(use.title)"
            )
            .adding(detail.isEmpty ? "" : " \(detail)", .dim)
        )
    }

    private mutating func show(_ command: ToolInput.Command) {
        let lines = VisibleText.lines(of: command.command.visible)
        bounded(
            lines.enumerated().map { index, line in
                TerminalLine(line, .bold).indented(by: index == 0 ? "$ " : "  ", .cyan)
            }
        )
        omission(command.command.omittedBytes, "bytes", indent: "  ")
        if command.isInBackground { add(TerminalLine("  (in the background)", .dim)) }
    }

    mutating func show(_ list: Checklist) {
        bounded(list.items.elements.map(Self.line))
        omission(list.items.omittedCount, "items", indent: "  ")
    }

    private static func line(_ item: Checklist.Item) -> TerminalLine {
        let (box, style): (String, TextStyle) =
            switch item.state {
            case _ where item.change == .removed: ("-", .dim)
            case .pending: ("☐", TextStyle())
            case .inProgress: ("◐", .yellow)
            case .completed: ("☑", .green)
            case .other: ("?", .dim)
            }
        var word = ""
        if case .other(let state) = item.state { word = " (\(state))" }
        let change = item.change.map { " (\($0.rawValue))" } ?? ""
        let number = item.id.map { "#\($0) " } ?? ""
        return TerminalLine("  \(box) ", style, isTitle: true).adding(number, .dim).adding(item.text).adding(
            word + change,
            .dim
        )
    }

    mutating func show(_ diff: FileDiff) {
        let hunks = diff.hunks.map { $0.lines.map(Self.line) }
        bounded(Array(hunks.joined(separator: [TerminalLine("  ⋮", .dim)])))
        omission(diff.omittedLines, "lines", indent: "  ")
    }

    private static func line(_ line: FileDiff.Line) -> TerminalLine {
        let number = (line.newNumber ?? line.oldNumber).map(String.init) ?? ""
        let padding = String(repeating: " ", count: max(0, 4 - number.utf8.count))
        let style: TextStyle =
            switch line.kind {
            case .added: .green
            case .removed: .red
            case .context, .note: .dim
            }
        let text = line.text.visible + (line.text.omittedBytes > 0 ? "…" : "")
        let numbers = number.isEmpty ? "  " : "  \(padding)\(number) "
        return TerminalLine(numbers, .dim).adding("\(line.kind.rawValue) \(text)", style)
    }
}
