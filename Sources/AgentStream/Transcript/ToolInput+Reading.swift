extension ToolInput {
    /// Reads a tool's input; what lacks the main field of its kind is shown as JSON.
    ///
    /// - Parameters:
    ///   - input: The `input` of the use.
    ///   - kind: What the tool is.
    ///   - todos: The last list of things to be done, to mark what is new.
    init(_ input: JSONValue, of kind: ToolKind, todos: Checklist?) {
        self = Self.read(input, kind, todos) ?? .generic(ShownText(prettyJSON: input))
    }

    private static func read(_ input: JSONValue, _ kind: ToolKind, _ todos: Checklist?) -> ToolInput? {
        switch kind {
        case .bash: bash(input)
        case .read:
            input.word("file_path").map {
                .read(FileRange(path: $0, offset: input.count("offset"), limit: input.count("limit")))
            }
        case .write:
            input.word("file_path").map { .write(path: $0, content: input.text("content") ?? ShownText("")) }
        case .edit: edit(input)
        case .search: search(input)
        case .todos: input["todos"]?.array.map { .checklist(Checklist(todos: $0, since: todos)) }
        case .task: task(input)
        case .subagent:
            input.text("prompt").map {
                .subagent(
                    Delegation(description: input.word("description"), type: input.word("subagent_type"), prompt: $0)
                )
            }
        case .web:
            (input.word("url") ?? input.word("query")).map { .web(target: $0, prompt: input.text("prompt")) }
        case .other: nil
        }
    }

    private static func bash(_ input: JSONValue) -> ToolInput? {
        guard let command = input.text("command") else { return nil }
        return .bash(
            Command(
                command: command,
                description: input.word("description"),
                timeoutMilliseconds: input.count("timeout"),
                isInBackground: input.flag("run_in_background")
            )
        )
    }

    private static func edit(_ input: JSONValue) -> ToolInput? {
        guard let path = input.word("file_path") else { return nil }
        let edits = input["edits"]?.array ?? [input]
        let texts = edits.prefix(TranscriptLimits.listCount).compactMap { edit -> (String, String)? in
            guard let new = edit["new_string"]?.string else { return nil }
            return (edit["old_string"]?.string ?? "", new)
        }
        if texts.isEmpty { return nil }
        let replacesAll = edits.count == 1 && (edits.first?.flag("replace_all") ?? false)
        return .edit(path: path, diff: FileDiff(replacements: texts), replacesAll: replacesAll)
    }

    private static func search(_ input: JSONValue) -> ToolInput? {
        let search = Search(
            pattern: input.word("pattern"),
            path: input.word("path"),
            filter: input.word("glob") ?? input.word("type"),
            mode: input.word("output_mode")
        )
        return search.pattern == nil && search.path == nil ? nil : .search(search)
    }

    private static func task(_ input: JSONValue) -> ToolInput? {
        .task(
            TaskChange(
                id: input.word("taskId"),
                subject: input.word("subject"),
                description: input.text("description"),
                status: input.word("status")
            )
        )
    }
}

extension ToolInput {
    /// The argument that says most, on one line.
    func title(_ input: JSONValue) -> String {
        switch self {
        case .bash(let command): command.command.oneLine()
        case .read(let range): range.title
        case .write(let path, _), .edit(let path, _, _): path
        case .search(let search): search.title
        case .checklist(let list): list.summary
        case .task(let change):
            [change.id.map { "#\($0)" }, change.subject, change.status].compactMap(\.self).joined(separator: " ")
        case .subagent(let delegation): delegation.description ?? delegation.prompt.oneLine()
        case .web(let target, _): target
        case .generic: Self.telling.lazy.compactMap { input.word($0) }.first ?? ""
        }
    }

    private static let telling = [
        "command", "file_path", "notebook_path", "path", "pattern", "url", "query", "name", "title", "description",
        "prompt",
    ]
}

extension ToolInput.FileRange {
    fileprivate var title: String {
        switch (offset, limit) {
        case (let offset?, let limit?): "\(path) (\(limit) lines from \(offset))"
        case (let offset?, nil): "\(path) (from line \(offset))"
        case (nil, let limit?): "\(path) (\(limit) lines)"
        case (nil, nil): path
        }
    }
}

extension ToolInput.Search {
    fileprivate var title: String {
        guard let pattern else { return path ?? "" }
        return [pattern, filter.map { "in \($0)" }, path.map { "in \($0)" }].compactMap(\.self).joined(separator: " ")
    }
}
