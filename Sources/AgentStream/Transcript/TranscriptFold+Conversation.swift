// What the agent says and does, and what it is told; nil when a message is not understood.
extension TranscriptFold {
    mutating func assistant(_ tree: JSONValue, parent: String?) -> [TranscriptEntry.Content]? {
        guard let content = tree["message"]?["content"], let blocks = Self.blocks(content) else { return nil }
        var contents: [TranscriptEntry.Content] = []
        for block in blocks.prefix(TranscriptLimits.partCount) {
            if let content = assistant(block, of: tree, parent: parent) { contents.append(content) }
        }
        return contents + Self.omission(blocks)
    }

    mutating func user(_ tree: JSONValue) -> [TranscriptEntry.Content]? {
        guard let content = tree["message"]?["content"], let blocks = Self.blocks(content) else { return nil }
        // The structured result does not say whose it is.
        let isAlone = blocks.count { $0["type"]?.string == "tool_result" } == 1
        let structured = isAlone ? tree["tool_use_result"] ?? .null : .null
        var contents: [TranscriptEntry.Content] = []
        for block in blocks.prefix(TranscriptLimits.partCount) {
            if let content = user(block, of: tree, structured: structured) { contents.append(content) }
        }
        return contents + Self.omission(blocks)
    }

    private mutating func assistant(
        _ block: JSONValue,
        of tree: JSONValue,
        parent: String?
    ) -> TranscriptEntry.Content? {
        switch block["type"]?.string {
        case "text":
            guard let text = block.text("text") else { return nil }
            if parent == nil { lastText = text }
            if tree.flag("is_api_error_message") {
                let status = tree.count("api_error_status")
                return .apiError(APIErrorText(text: text, status: status, error: tree.word("error")))
            }
            return .text(text)
        case "thinking": return block.text("thinking").map { .thinking($0) }
        case "redacted_thinking": return .thinking(ShownText(""))
        case "tool_use", "server_tool_use", "mcp_tool_use": return .toolUse(toolUse(block, parent: parent))
        case "image": return .image(ShownImage(block: block))
        case let type? where type.hasSuffix("_tool_result"):
            return .toolResult(toolResult(block, meta: nil, structured: .null))
        case let type: return .unknown(UnknownPart(type: type, block))
        }
    }

    private mutating func user(
        _ block: JSONValue,
        of tree: JSONValue,
        structured: JSONValue
    ) -> TranscriptEntry.Content? {
        switch block["type"]?.string {
        case "text":
            return block.text("text").map { .prompt(PromptText(text: $0, isSynthetic: tree.flag("isSynthetic"))) }
        case "tool_result":
            return .toolResult(toolResult(block, meta: tree["tool_result_meta"], structured: structured))
        case "image": return .image(ShownImage(block: block))
        case let type: return .unknown(UnknownPart(type: type, block))
        }
    }

    /// A content's blocks: a string is one text.
    private static func blocks(_ content: JSONValue) -> [JSONValue]? {
        content.string.map { [["type": "text", "text": .string($0)]] } ?? content.array
    }

    private static func omission(_ blocks: [JSONValue]) -> [TranscriptEntry.Content] {
        let omitted = blocks.count - TranscriptLimits.partCount
        return omitted > 0 ? [.omitted(omitted)] : []
    }
}
