/// One media range of an `Accept` field.
struct AcceptClause: Sendable {
    /// In lower case.
    let mediaType: String
    private let parameters: [String: String]

    /// The parameter's value without quotes.
    subscript(name: String) -> String? { parameters[name] }

    subscript(name: String, default value: String) -> String { parameters[name] ?? value }

    /// From 0 to 1; what cannot be read counts as 1, as in Go's implementations.
    var quality: Double {
        guard let text = parameters["q"] else { return 1 }
        guard let number = Double(text), number.isFinite else { return 1 }
        return min(max(number, 0), 1)
    }

    /// The clauses of a field's value.
    static func all(in field: String) -> [AcceptClause] {
        split(field, at: ",").compactMap(AcceptClause.init(text:))
    }

    private init?(text: String) {
        var parts = Self.split(text, at: ";")[...]
        guard let type = parts.popFirst(), !type.isEmpty else { return nil }
        var found: [String: String] = [:]
        for part in parts {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let name = Self.trimmed(part[..<equals]).lowercased()
            if found[name] == nil { found[name] = Self.unquoted(Self.trimmed(part[part.index(after: equals)...])) }
        }
        mediaType = type.lowercased()
        parameters = found
    }

    /// Splits outside of quotes; the parts are trimmed.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var parts: [String] = []
        var part = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if character == separator, !isQuoted {
                parts.append(trimmed(part[...]))
                part = ""
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && character == "\\" && !isEscaped
            part.append(character)
        }
        return parts + [trimmed(part[...])]
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(text[first...last])
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var plain = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            plain.append(character)
            isEscaped = false
        }
        return plain
    }
}
