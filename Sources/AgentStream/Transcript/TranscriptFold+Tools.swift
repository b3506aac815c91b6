// Tool uses and their results, which find each other by id, in whatever order they come.
extension TranscriptFold {
    mutating func toolUse(_ block: JSONValue, parent: String?) -> ToolUse {
        let name = block["name"]?.string ?? "?"
        let kind = ToolKind(name: name)
        let value = block["input"] ?? .null
        let list = parent ?? ""
        let input = ToolInput(value, of: kind, todos: checklists[list])
        if case .checklist(let todos) = input { remember(todos, of: list) }
        let use = ToolUse(
            id: block.word("id") ?? "",
            name: ToolKind.shownName(name),
            title: input.title(value),
            input: input
        )
        var change: ToolInput.TaskChange?
        if case .task(let asked) = input { change = asked }
        toolUses.open(use.id, OpenToolUses.Use(name: use.name, title: use.title, kind: kind, taskChange: change))
        return use
    }

    mutating func toolResult(_ block: JSONValue, meta: JSONValue?, structured: JSONValue) -> ToolResult {
        let id = block.word("tool_use_id") ?? ""
        let use = toolUses.close(id)
        let source = ToolOutput.Source(
            content: block["content"] ?? .null,
            structured: structured,
            isError: block.flag("is_error")
        )
        return ToolResult(
            of: id,
            name: use?.name,
            title: use?.title,
            isError: source.isError,
            wasRefused: Self.wasRefused(id, meta),
            output: output(source, use)
        )
    }

    private mutating func output(_ source: ToolOutput.Source, _ use: OpenToolUses.Use?) -> ToolOutput {
        let kind = use?.kind ?? ToolOutput.kind(of: source.structured)
        if kind == .task, !source.isError, let list = tasks.take(source.structured, change: use?.taskChange) {
            return .checklist(list)
        }
        return ToolOutput(source, of: kind)
    }

    private mutating func remember(_ list: Checklist, of agent: String) {
        if checklists[agent] == nil, checklists.count >= TranscriptLimits.checklists { checklists = [:] }
        checklists[agent] = list
    }

    private static func wasRefused(_ id: String, _ meta: JSONValue?) -> Bool {
        let own = meta?.array?.prefix(TranscriptLimits.partCount).first { $0.word("id") == id }
        guard let own else { return false }
        return own.word("non_execution_kind") != nil || own["permission_decision"]?["decision"]?.string == "reject"
    }
}
