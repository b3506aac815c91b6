import AgentStream

/// Compares our JSON with the original's: its keys in its order, ours beside them; ids stand for each other.
struct Likeness {
    /// The original's ids with ours, as they have been learnt.
    private(set) var ids: [String: String] = [:]
    /// Where the two differ.
    private(set) var differences: [String] = []

    mutating func compare(_ expected: JSONValue, _ actual: JSONValue?, at path: String = "") {
        switch (expected, actual) {
        case (.object(let expected), .object(let actual)): compare(expected, actual, at: path)
        case (.array(let expected), .array(let actual)):
            if expected.count != actual.count {
                differences.append("\(path): \(actual.count) elements instead of \(expected.count)")
            }
            for (index, pair) in zip(expected, actual).enumerated() {
                compare(pair.0, pair.1, at: "\(path)[\(index)]")
            }
        case (.string(let expected), .string(let actual)): compare(expected, actual, at: path)
        default:
            if expected != actual { differences.append("\(path): \(shown(actual)) instead of \(shown(expected))") }
        }
    }

    /// A text with the original's ids replaced by ours.
    func translated(_ text: String) -> String {
        ids.reduce(text) { $0.split(separator: $1.key, omittingEmptySubsequences: false).joined(separator: $1.value) }
    }

    mutating func learn(_ original: String, _ ours: String) { ids[original] = ours }

    private mutating func compare(_ expected: JSONObject, _ actual: JSONObject, at path: String) {
        for member in expected {
            compare(member.value, actual[member.key], at: "\(path).\(member.key)")
        }
        let order = actual.keys.filter { expected[$0] != nil }
        if order != expected.keys, Set(order) == Set(expected.keys) {
            differences.append("\(path): keys come as \(order) instead of \(expected.keys)")
        }
    }

    private mutating func compare(_ expected: String, _ actual: String, at path: String) {
        if Self.isTime(expected) {
            if !Self.isTime(actual) { differences.append("\(path): \(actual) is no time") }
        } else if Self.isID(expected) {
            if ids[expected, default: actual] != actual {
                differences.append("\(path): \(actual) is not the id that was given for \(expected)")
            }
            ids[expected] = actual
        } else if expected != actual {
            differences.append("\(path): \(actual) instead of \(expected)")
        }
    }

    private func shown(_ value: JSONValue?) -> String {
        value.map { String(decoding: $0.encoded, as: UTF8.self) } ?? "nothing"
    }

    /// `2025-05-19T12:00:00.000Z`.
    private static func isTime(_ text: String) -> Bool {
        let shape = text.utf8.map { (48...57).contains($0) ? UInt8(ascii: "9") : $0 }
        return shape == Array("9999-99-99T99:99:99.999Z".utf8)
    }

    /// `task0001`, `run0001`, `inst0001`.
    private static func isID(_ text: String) -> Bool {
        let letters = text.prefix { $0.isLetter }
        return ["task", "run", "inst"].contains(letters) && text.utf8.count == letters.utf8.count + 4
            && text.dropFirst(letters.count).allSatisfy(\.isNumber)
    }
}
