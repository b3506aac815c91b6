/// Keeps, of all the tokens of a line, the three members at the top that say what the line is.
///
/// A later member with the same key replaces an earlier one, as in every JSON reader.
struct LinePicker: JSONVisitor {
    private enum Member {
        case type
        case subtype
        case message
        case unknown
    }

    private(set) var kind = AgentLine.Kind.other
    private(set) var subtype: String?
    private(set) var hasMessage = false

    private var depth = 0
    private var isObject = false
    private var member = Member.unknown

    mutating func key(_ text: JSONText) {
        guard depth == 1 else { return }
        if text.means("type") {
            member = .type
        } else if text.means("subtype") {
            member = .subtype
        } else if text.means("message") {
            member = .message
        } else {
            member = .unknown
        }
    }

    mutating func beginObject() {
        if depth == 0 { isObject = true }
        take(nil, isObject: true)
        depth += 1
    }

    mutating func beginArray() {
        take(nil)
        depth += 1
    }

    mutating func endObject() { depth -= 1 }

    mutating func endArray() { depth -= 1 }

    mutating func string(_ text: JSONText) { take(text) }

    mutating func number(_ text: UnsafeRawBufferPointer) { take(nil) }

    mutating func literal(_ literal: JSONLiteral) { take(nil) }

    @inline(__always)
    private mutating func take(_ text: JSONText?, isObject isObjectValue: Bool = false) {
        guard depth == 1, isObject else { return }
        switch member {
        case .type: kind = text.map(Self.kind) ?? .other
        case .subtype: subtype = text?.string
        case .message: hasMessage = isObjectValue
        case .unknown: break
        }
    }

    private static func kind(of text: JSONText) -> AgentLine.Kind {
        if text.means("assistant") { return .assistant }
        if text.means("user") { return .user }
        if text.means("system") { return .system }
        if text.means("result") { return .result }
        if text.means("stream_event") { return .streamEvent }
        return text.means("rate_limit_event") ? .rateLimit : .other
    }
}
