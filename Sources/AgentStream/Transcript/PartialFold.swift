/// Text that is being written and not complete yet.
package struct PartialText: Hashable, Sendable {
    /// What is written.
    package enum Kind: String, Sendable {
        case text
        case thinking
        case toolInput = "tool_input"
    }

    /// The tool use of the subagent that writes it.
    package let parent: String?
    /// The number of the part in the message that is being written.
    package let part: Int
    package let kind: Kind
    /// The tool that the input is for.
    package let tool: String?
    /// What was added; empty when a part begins.
    package let delta: ShownText
}

/// Reads the lines that tell of text while it is written.
///
/// The next whole assistant line with the same parent supersedes all that was told of its parts until then.
package struct PartialFold: Sendable {
    private struct Block {
        let part: Int
        let kind: PartialText.Kind
        let tool: String?
    }

    /// The part that each writer is at, the agent itself under no name.
    private var blocks: [String: Block] = [:]

    package init() {}

    /// What a line adds; nil for most lines.
    package mutating func take(_ line: [UInt8]) -> PartialText? {
        guard let tree = try? JSONValue(parsing: line), tree["type"]?.string == "stream_event",
            let event = tree["event"]
        else { return nil }
        let parent = tree.word("parent_tool_use_id")
        switch event["type"]?.string {
        case "content_block_start": return begin(event, parent)
        case "content_block_delta": return add(event, parent)
        default: return nil
        }
    }

    private mutating func begin(_ event: JSONValue, _ parent: String?) -> PartialText? {
        let start = event["content_block"]
        let kind: PartialText.Kind? =
            switch start?["type"]?.string {
            case "text": .text
            case "thinking": .thinking
            case "tool_use", "server_tool_use", "mcp_tool_use": .toolInput
            default: nil
            }
        if blocks.count >= TranscriptLimits.checklists { blocks = [:] }
        guard let kind else {
            blocks[parent ?? ""] = nil
            return nil
        }
        let tool = start?["name"]?.string.map(ToolKind.shownName)
        let block = Block(part: event.count("index") ?? 0, kind: kind, tool: tool)
        blocks[parent ?? ""] = block
        return text(block, parent, start?["text"]?.string ?? start?["thinking"]?.string ?? "")
    }

    private func add(_ event: JSONValue, _ parent: String?) -> PartialText? {
        let delta = event["delta"]
        let added: (PartialText.Kind, String?) =
            switch delta?["type"]?.string {
            case "text_delta": (.text, delta?["text"]?.string)
            case "thinking_delta": (.thinking, delta?["thinking"]?.string)
            default: (.toolInput, delta?["partial_json"]?.string)
            }
        guard let words = added.1, !words.isEmpty else { return nil }
        let part = event.count("index") ?? 0
        let open = blocks[parent ?? ""].flatMap { $0.part == part ? $0 : nil }
        return text(open ?? Block(part: part, kind: added.0, tool: nil), parent, words)
    }

    private func text(_ block: Block, _ parent: String?, _ delta: String) -> PartialText {
        PartialText(parent: parent, part: block.part, kind: block.kind, tool: block.tool, delta: ShownText(delta))
    }
}
