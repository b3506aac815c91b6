/// A line as the folds need it: classified, and read into a tree only if a fold wants something from it.
struct FoldLine {
    let kind: AgentLine.Kind
    let subtype: String?
    /// Nil when no fold looks into lines of this kind.
    let tree: JSONValue?
    let isBlank: Bool

    init(_ bytes: [UInt8]) {
        let line = AgentLine(classifying: bytes)
        kind = line.kind
        subtype = line.subtype
        tree = Self.isWanted(line, bytes) ? try? JSONValue(parsing: bytes) : nil
        isBlank = line.kind == .raw && bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    /// The line's API trouble: a retry's status and word, or those of an answer that is only an error.
    var apiTrouble: APITrouble? {
        guard let tree else { return nil }
        switch kind {
        case .system where subtype == "api_retry":
            return APITrouble(status: tree["error_status"]?.int, error: tree["error"]?.string)
        case .assistant:
            guard let error = tree["error"]?.string else { return nil }
            return APITrouble(status: tree["api_error_status"]?.int, error: error)
        default: return nil
        }
    }

    /// Whether the line is the main agent's own, not a subagent's.
    var isMainLoop: Bool { tree?["parent_tool_use_id"]?.string == nil }

    private static func isWanted(_ line: AgentLine, _ bytes: [UInt8]) -> Bool {
        switch line.kind {
        case .result, .assistant: true
        case .system: line.subtype == "init" || line.subtype == "api_retry"
        case .streamEvent: bytes.count < 8192 && contains(messageDelta, in: bytes)
        default: false
        }
    }

    private static let messageDelta = Array("\"message_delta\"".utf8)

    private static func contains(_ word: [UInt8], in bytes: [UInt8]) -> Bool {
        guard bytes.count >= word.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            word.withUnsafeBufferPointer { word in
                (0...bytes.count - word.count).contains { start in
                    bytes[start + 1] == word[1] && bytes[start..<start + word.count].elementsEqual(word)
                }
            }
        }
    }
}
