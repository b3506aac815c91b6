import AgentStream
import Yams

/// JSON values as YAML that reads back as the same values.
enum YAMLText {
    /// A value as one document.
    static func of(_ value: JSONValue) -> String { of(documents: [value]) }

    /// Values as one document each, with a line of hyphens between them.
    static func of(documents: [JSONValue]) -> String {
        documents.map(text).joined(separator: "---\n")
    }

    private static func text(_ value: JSONValue) -> String {
        do {
            // A width below zero breaks no line.
            return try Yams.serialize(node: node(value), indent: 2, width: -1, allowUnicode: true)
        } catch {
            // YAML takes JSON as it is.
            return String(decoding: value.encoded, as: UTF8.self) + "\n"
        }
    }

    private static func node(_ value: JSONValue) -> Node {
        switch value {
        case .null: Node("null", .implicit, .plain)
        case .bool(let value): Node(value ? "true" : "false", .implicit, .plain)
        case .number(let text): Node(text, .implicit, .plain)
        case .string(let text): Node(text, Tag(.str), style(of: text))
        case .array(let elements):
            Node(elements.map(node), .implicit, isFlow(elements) ? .flow : .block)
        case .object(let object):
            Node(
                object.map { (Node($0.key, Tag(.str), style(of: $0.key)), node($0.value)) },
                .implicit,
                object.isEmpty ? .flow : .block
            )
        }
    }

    /// A list of a few short words stands on one line.
    private static func isFlow(_ elements: [JSONValue]) -> Bool {
        elements.allSatisfy { $0.array == nil && $0.object == nil && ($0.string?.count ?? 0) <= 40 }
            && elements.count <= 8
    }

    private static func style(of text: String) -> Node.Scalar.Style {
        if isPlain(text) { return .plain }
        return isBlock(text) ? .literal : .doubleQuoted
    }

    /// Whether nobody takes a text for anything but a text, not even readers of other versions of YAML.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, isLetter(first) || first == "/" else { return false }
        let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]
        guard !words.contains(text.lowercased()), text.last != " " else { return false }
        return text.unicodeScalars.allSatisfy {
            isLetter($0) || ("0"..."9").contains($0) || " /._-".unicodeScalars.contains($0)
        }
    }

    /// Whether several lines can stand as they are.
    private static func isBlock(_ text: String) -> Bool {
        guard text.contains("\n"), text.unicodeScalars.first.map({ $0 != " " && $0 != "\n" && $0 != "\t" }) ?? false
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || scalar == "\t" || (" "..."~").contains(scalar) || ("\u{A0}"..."\u{2027}").contains(scalar)
                || ("\u{2030}"..."\u{D7FF}").contains(scalar)
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }
}
