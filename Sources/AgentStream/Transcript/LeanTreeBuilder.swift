/// Makes a tree of a message without those of its members that no entry shows and that make up most of its length.
struct LeanTreeBuilder: JSONVisitor {
    private var builder = JSONTreeBuilder()
    private var depth = 0
    /// The member of the whole in which the grammar is, as far as it matters.
    private var outer = Outer.other
    /// Whether the next value, or the container at this depth, is left out.
    private var leavesOut = false
    private var leftOutDepth: Int?

    private enum Outer {
        case message
        case toolResult
        case other
    }

    var root: JSONValue { builder.root }

    mutating func key(_ text: JSONText) {
        if leftOutDepth != nil { return }
        if depth == 1 {
            leavesOut = Self.matches(text, Self.unused)
            outer = text.means("message") ? .message : text.means("tool_use_result") ? .toolResult : .other
        } else if depth == 2 {
            leavesOut =
                switch outer {
                case .message: Self.matches(text, Self.unusedOfMessage)
                case .toolResult: text.means("originalFile")
                case .other: false
                }
        }
        if !leavesOut { builder.key(text) }
    }

    mutating func beginObject() { if begins() { builder.beginObject() } }
    mutating func beginArray() { if begins() { builder.beginArray() } }
    mutating func endObject() { if ends() { builder.endObject() } }
    mutating func endArray() { if ends() { builder.endArray() } }
    mutating func string(_ text: JSONText) { if isWanted() { builder.string(text) } }
    mutating func number(_ text: UnsafeRawBufferPointer) { if isWanted() { builder.number(text) } }
    mutating func literal(_ literal: JSONLiteral) { if isWanted() { builder.literal(literal) } }

    private mutating func begins() -> Bool {
        depth += 1
        if leftOutDepth != nil { return false }
        if !leavesOut { return true }
        leavesOut = false
        leftOutDepth = depth
        return false
    }

    private mutating func ends() -> Bool {
        defer { depth -= 1 }
        guard let leftOut = leftOutDepth else { return true }
        if leftOut == depth { leftOutDepth = nil }
        return false
    }

    private mutating func isWanted() -> Bool {
        if leftOutDepth != nil { return false }
        defer { leavesOut = false }
        return !leavesOut
    }

    private static let unused: [StaticString] = [
        "uuid", "request_id", "timestamp", "slash_commands", "terminal_slash_commands", "skills", "agents", "plugins",
        "capabilities", "memory_paths", "modelUsage", "model_usage_since_last_result", "subagent_stats",
    ]
    private static let unusedOfMessage: [StaticString] = ["usage", "diagnostics", "context_management"]

    private static func matches(_ text: JSONText, _ words: [StaticString]) -> Bool {
        words.contains { text.means($0) }
    }
}

extension JSONValue {
    /// The tree of a message without what no entry shows; nil when it is no JSON.
    init?(leanly bytes: [UInt8]) {
        var builder = LeanTreeBuilder()
        let isValid = bytes.withUnsafeBytes { (try? JSONGrammar.read($0, visitor: &builder)) != nil }
        guard isValid else { return nil }
        self = builder.root
    }
}
