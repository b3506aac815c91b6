extension ToolOutput {
    /// A result as the line gives it: the block for the agent, and beside it the structured one for the program.
    struct Source {
        let content: JSONValue
        /// Null when there is none or it is not sure that it belongs to this block.
        let structured: JSONValue
        let isError: Bool

        /// All the content's texts, without the tag that the program puts round an error.
        var text: String {
            let text = content.contentTexts.joined(separator: "\n")
            guard text.hasPrefix("<tool_use_error>"), text.hasSuffix("</tool_use_error>") else { return text }
            return String(text.dropFirst("<tool_use_error>".count).dropLast("</tool_use_error>".count))
        }
    }

    /// Reads a result by the kind of its tool and, when the use is not known, by its own form.
    init(_ source: Source, of kind: ToolKind?) {
        let kind = kind ?? Self.kind(of: source.structured)
        let own: ToolOutput? =
            switch kind {
            case .bash where !source.structured.flag("isImage"): .bash(CommandOutput(source))
            case .read where !source.isError: Self.lines(source)
            case .write where !source.isError: Self.written(source.structured)
            case .edit where !source.isError: Self.edited(source.structured)
            case .search where !source.isError: Self.matches(source)
            case .subagent where !source.isError: .subagent(Report(source))
            case .todos where !source.isError: Self.checklist(source.structured)
            default: nil
            }
        self = own ?? Self.general(source)
    }

    /// What tool's result this is by its members.
    static func kind(of structured: JSONValue) -> ToolKind {
        guard let object = structured.object else { return .other }
        if object["stdout"] != nil { return .bash }
        if object["newTodos"] != nil { return .todos }
        if object["oldString"] != nil { return .edit }
        if object["structuredPatch"] != nil { return .write }
        if object["file"] != nil { return .read }
        if object["filenames"] != nil { return .search }
        if object["statusChange"] != nil || object["tasks"] != nil { return .task }
        return object["agentId"] != nil ? .subagent : .other
    }

    private static func lines(_ source: Source) -> ToolOutput? {
        guard let file = source.structured["file"], let text = file.text("content") else { return nil }
        return .lines(
            FileLines(
                path: file.word("filePath"),
                start: file.count("startLine") ?? 1,
                count: file.count("numLines"),
                total: file.count("totalLines"),
                text: text
            )
        )
    }

    private static func written(_ structured: JSONValue) -> ToolOutput? {
        guard let path = structured.word("filePath") else { return nil }
        let diff = FileDiff(patch: structured["structuredPatch"])
        return .written(path: path, created: structured["type"]?.string == "create", diff: diff)
    }

    private static func edited(_ structured: JSONValue) -> ToolOutput? {
        guard let path = structured.word("filePath") else { return nil }
        let texts = structured["oldString"]?.string.flatMap { old in
            structured["newString"]?.string.map { (old, $0) }
        }
        let diff = FileDiff(patch: structured["structuredPatch"])
        return .edited(path: path, diff: diff ?? texts.map { FileDiff(replacements: [$0]) })
    }

    private static func matches(_ source: Source) -> ToolOutput? {
        let structured = source.structured
        guard structured["filenames"]?.array != nil || structured["content"]?.string != nil else { return nil }
        let mode = structured["mode"]?.string
        return .matches(
            Matches(
                files: BoundedList(words: structured["filenames"]),
                content: structured.text("content"),
                count: mode == "content" ? structured.count("numLines") : structured.count("numFiles"),
                isTruncated: structured.flag("truncated")
            )
        )
    }

    private static func checklist(_ structured: JSONValue) -> ToolOutput? {
        guard let new = structured["newTodos"]?.array else { return nil }
        let old = structured["oldTodos"]?.array.map { Checklist(todos: $0, since: nil) }
        return .checklist(Checklist(todos: new, since: old?.items.isEmpty == true ? nil : old))
    }

    private static func general(_ source: Source) -> ToolOutput {
        let blocks = source.content.array ?? []
        let images = blocks.prefix(TranscriptLimits.partCount).filter { $0["type"]?.string == "image" }
        let text = source.text
        if !images.isEmpty {
            return .images(images.map { ShownImage(block: $0) }, text: text.isEmpty ? nil : ShownText(text))
        }
        if text.isEmpty, !source.structured.isNull { return .text(general(source.structured)) }
        return .text(ShownText(text))
    }

    private static func general(_ structured: JSONValue) -> ShownText {
        let text = structured.contentTexts.joined(separator: "\n")
        return text.isEmpty ? ShownText(prettyJSON: structured) : ShownText(text)
    }
}
