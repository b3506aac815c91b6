/// Text in the language of manual pages, mdoc.
struct ManualText {
    private(set) var text = ""

    /// A macro with its arguments, which are taken as words and never as macros.
    mutating func macro(_ name: String, _ arguments: String...) {
        text += ([".\(name)"] + arguments.map(Self.argument)).joined(separator: " ") + "\n"
    }

    /// A line of macros as it is.
    mutating func line(_ line: String) {
        text += line + "\n"
    }

    /// Sentences, each on a line of its own as the language wants it.
    mutating func sentences(_ sentences: String) {
        let words = sentences.split(whereSeparator: \.isWhitespace).map(String.init)
        var line: [String] = []
        for word in words {
            line.append(word)
            if [".", "?", "!"].contains(word.last.map(String.init)), word.count > 2 {
                text += Self.protected(line.joined(separator: " ")) + "\n"
                line = []
            }
        }
        if !line.isEmpty { text += Self.protected(line.joined(separator: " ")) + "\n" }
    }

    /// A line as it is.
    mutating func literal(_ line: String) {
        text += Self.protected(line) + "\n"
    }

    /// A word for a line of macros.
    static func argument(_ word: String) -> String {
        let escaped = escaped(word)
        return escaped.contains(" ") || escaped.isEmpty ? "\"\(escaped)\"" : "\\&\(escaped)"
    }

    /// A line of text whose beginning is no macro.
    private static func protected(_ line: String) -> String {
        let escaped = escaped(line)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&\(escaped)" : escaped
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("\"", with: "\\(dq").replacing("-", with: "\\-")
    }
}
