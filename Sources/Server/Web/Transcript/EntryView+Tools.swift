import AgentStream

extension EntryView {
    mutating func show(_ use: ToolUse) {
        kind = "tool"
        self.use = use.id.isEmpty ? nil : use.id
        heading = Heading(mark: "●", name: use.name, title: use.title.isEmpty ? nil : use.title)
        switch use.input {
        case .bash(let command): show(command)
        case .write(_, let content): output(content, "output proposed")
        case .edit(_, let diff, let replacesAll):
            if replacesAll { badges.append(Badge(tone: "", text: "everywhere")) }
            show(diff)
        case .checklist(let list): show(list)
        case .subagent(let delegation):
            kind = "tool subagent"
            if let type = delegation.type { badges.append(Badge(tone: "", text: type)) }
            add(Block(fold: Fold(summary: "What it is told", text: delegation.prompt.visible)))
            omission(delegation.prompt.omittedBytes, "bytes")
        case .web(_, let prompt):
            if let prompt { prose(prompt) }
        case .search(let search): show(search)
        case .generic(let json): output(json, "output json")
        case .read, .task: break
        }
    }

    private mutating func show(_ command: ToolInput.Command) {
        heading?.title = command.description
        add(
            Block(
                code: Code(
                    style: "command",
                    html: HTMLText().escapeText(command.command.visible),
                    isLong: command.command.lineCount > 16
                )
            )
        )
        omission(command.command.omittedBytes, "bytes")
        if command.isInBackground { badges.append(Badge(tone: "", text: "in the background")) }
    }

    private mutating func show(_ search: ToolInput.Search) {
        let facts = [search.path.map { "in \($0)" }, search.filter].compactMap(\.self).joined(separator: ", ")
        if !facts.isEmpty { heading?.note = facts }
    }

    mutating func show(_ list: Checklist) {
        if !list.items.isEmpty { add(Block(items: list.items.elements.map(Item.init))) }
        omission(list.items.omittedCount, "items")
    }
}

extension EntryView.Item {
    init(_ item: Checklist.Item) {
        (state, box) =
            switch item.state {
            case _ where item.change == .removed: ("removed", "–")
            case .pending: ("pending", "☐")
            case .inProgress: ("busy", "◐")
            case .completed: ("done", "☑")
            case .other: ("other", "?")
            }
        var word = ""
        if case .other(let state) = item.state { word = "\(state) " }
        number = item.id.map { "#\($0)" } ?? ""
        text = item.text
        change = word + (item.change?.rawValue ?? "")
    }
}
