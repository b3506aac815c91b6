/// Turns a run's messages, one after the other, into what a reader sees of them.
///
/// It is total: no bytes make it trap or fail. It keeps only what later messages need, and no more of it than
/// `TranscriptLimits` says. A fold that begins in the middle of a run works, and does not know then which tool gave a
/// result, what changed in a list, and that a session or a last word is repeated.
package struct TranscriptFold: Sendable {
    var toolUses = OpenToolUses()
    /// The last list of things to be done of the agent (under no name) and of its subagents.
    var checklists: [String: Checklist] = [:]
    var tasks = TaskList()
    var session: SessionStart?
    /// The last text of the agent itself.
    var lastText: ShownText?

    package init() {}

    /// The entries of a stored message.
    ///
    /// - Parameters:
    ///   - body: The message's bytes.
    ///   - kind: What it was stored as; only the service's own messages are notices, whatever an agent writes.
    ///   - isCut: Whether it was over the line limit.
    /// - Returns: The entries in their order; none for what says nothing to a reader.
    package mutating func entries(
        of body: [UInt8],
        kind: AgentLine.Kind,
        isCut: Bool = false
    ) -> [TranscriptEntry] {
        if kind == .streamEvent { return [] }
        guard kind != .raw, let tree = JSONValue(leanly: body) else {
            return entries([.raw(RawOutput(body, isCut: isCut))], parent: nil)
        }
        return entries(of: tree, kind: kind, body: body)
    }

    /// The entries of a message as the service gives it to clients, where notices and raw lines have types of their own.
    package mutating func entries(ofWire json: [UInt8]) -> [TranscriptEntry] {
        guard let tree = JSONValue(leanly: json) else {
            return entries([.raw(RawOutput(json, isCut: false))], parent: nil)
        }
        switch tree["type"]?.string {
        case "internal": return entries(of: tree, kind: .notice, body: json)
        case "raw":
            let bytes = tree["base64"]?.string.flatMap(Base64.decoded)
            return entries([.raw(RawOutput(bytes ?? json, isCut: tree.flag("cut")))], parent: nil)
        case "notice": return entries(of: tree, kind: .other, body: json)
        case let type:
            let kind = type.flatMap(AgentLine.Kind.init(rawValue:)) ?? .other
            return entries(of: tree, kind: kind, body: json)
        }
    }

    private mutating func entries(of tree: JSONValue, kind: AgentLine.Kind, body: [UInt8]) -> [TranscriptEntry] {
        let parent = tree.word("parent_tool_use_id")
        let contents: [TranscriptEntry.Content]? =
            switch kind {
            case .assistant: assistant(tree, parent: parent)
            case .user: user(tree)
            case .system: system(tree)
            case .result: [.result(ResultReport(tree, lastText: lastText))]
            case .rateLimit: RateLimitReport(tree).map { [.rateLimit($0)] } ?? []
            case .notice: [.notice(NoticeReport(Self.whole(body) ?? tree))]
            case .other: other(tree)
            case .streamEvent, .raw: []
            }
        return entries(contents ?? [.unknown(unknown(tree, body))], parent: parent)
    }

    /// A message that is not understood, with all its members.
    private func unknown(_ tree: JSONValue, _ body: [UInt8]) -> UnknownPart {
        let names = [tree["type"]?.string, tree["subtype"]?.string].compactMap(\.self)
        return UnknownPart(type: names.joined(separator: "/"), Self.whole(body) ?? tree)
    }

    private static func whole(_ body: [UInt8]) -> JSONValue? { try? JSONValue(parsing: body) }

    private func entries(_ contents: [TranscriptEntry.Content], parent: String?) -> [TranscriptEntry] {
        contents.enumerated().map { TranscriptEntry(part: $0, parent: parent, content: $1) }
    }
}
