/// What one line of an agent's output is, found in one pass and without a tree.
package struct AgentLine: Hashable, Sendable {
    /// The kinds of message in a run's story; the words are those of the table, the wire and the page.
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case assistant
        case user
        case system
        case result
        case streamEvent = "stream_event"
        case rateLimit = "rate_limit_event"
        /// The service's own word; no line of an agent is ever classified so.
        case notice
        /// Not JSON, or not UTF-8.
        case raw
        /// JSON of an unknown type, or without one.
        case other
    }

    package let kind: Kind
    package let subtype: String?
    /// Whether the line has a `message` with an object in it at the top.
    package let hasMessage: Bool

    /// Classifies a line without its newline; a CR at its end is whitespace.
    package init(classifying bytes: UnsafeRawBufferPointer) {
        var picker = LinePicker()
        do throws(JSONError) {
            try JSONGrammar.read(bytes, visitor: &picker)
            kind = picker.kind
            subtype = picker.subtype
            hasMessage = picker.hasMessage
        } catch {
            kind = .raw
            subtype = nil
            hasMessage = false
        }
    }

    package init(classifying bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { AgentLine(classifying: $0) }
    }

    package init(classifying bytes: ArraySlice<UInt8>) {
        self = bytes.withUnsafeBytes { AgentLine(classifying: $0) }
    }

    package static func isResult(_ bytes: [UInt8]) -> Bool { AgentLine(classifying: bytes).kind == .result }
}
