import AgentStream

/// Whether a text has nothing that commands a terminal or hides or reorders what is read.
func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF,
            0xE0000...0xE007F:
            false
        default: true
        }
    }
}

/// The text without our own colours.
func withoutColors(_ text: String) -> String {
    text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
}

/// The text without our own colours and what erases partial text.
func withoutErasing(_ text: String) -> String {
    withoutColors(text.replacing(/\u{1B}\[\d+A\u{1B}\[J/, with: ""))
}

extension SeededGenerator {
    /// The tree with hostile text in about every second string and key.
    mutating func spoiled(_ tree: JSONValue, with hostile: String, key: String? = nil) -> JSONValue {
        switch tree {
        case .string(let text):
            // These decide what a line is.
            if key == "type" || key == "subtype" || key == "name" { return tree }
            return below(2) == 0 ? .string("\(text)\(hostile)\(text)") : tree
        case .array(let elements): return .array(elements.map { spoiled($0, with: hostile) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map {
                        JSONObject.Member(key: $0.key, value: spoiled($0.value, with: hostile, key: $0.key))
                    }
                )
            )
        default: return tree
        }
    }

    /// The line with some of its values exchanged for others, dropped, repeated or nested.
    mutating func exchanged(_ line: [UInt8]) -> [UInt8] {
        guard let tree = try? JSONValue(parsing: line) else { return line }
        return exchanged(tree, depth: 0).encoded
    }

    private mutating func exchanged(_ tree: JSONValue, depth: Int) -> JSONValue {
        if depth > 0, below(40) == 0 { return other() }
        switch tree {
        case .array(let elements):
            let changed = elements.map { exchanged($0, depth: depth + 1) }
            return .array(below(30) == 0 ? changed + changed : changed)
        case .object(let object):
            let members = object.members.compactMap { member in
                below(40) == 0
                    ? nil : JSONObject.Member(key: member.key, value: exchanged(member.value, depth: depth + 1))
            }
            return .object(JSONObject(members))
        default: return tree
        }
    }

    private mutating func other() -> JSONValue {
        switch below(6) {
        case 0: .number("9223372036854775807")
        case 1: .number("-1e400")
        case 2: (0..<below(400)).reduce(.string("deep")) { tree, _ in [tree] }
        case 3: .string(String(repeating: text(), count: below(400)))
        case 4: [["type": "text", "text": .string(text())], ["type": "image"], .null]
        default: tree()
        }
    }
}
