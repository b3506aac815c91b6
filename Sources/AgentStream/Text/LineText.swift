/// One line of an agent as a sentence or a few lines for a terminal; the transcript with all its parts is elsewhere.
package enum LineText {
    /// The text for a stored line, nil when the line says nothing to a reader.
    ///
    /// The kind, when it is known, decides: only the service's own lines are read as notices. No control character but
    /// newline and tab gets through.
    package static func text(of line: [UInt8], kind: AgentLine.Kind? = nil) -> String? {
        let classified = AgentLine(classifying: line)
        if classified.kind == .raw { return raw(line) }
        guard let tree = try? JSONValue(parsing: line) else { return nil }
        let text: String? =
            switch kind ?? classified.kind {
            case .assistant: assistant(tree)
            case .user: user(tree)
            case .system: system(tree)
            case .result: result(tree)
            case .rateLimit: rateLimit(tree)
            case .notice: (tree["text"] ?? tree["message"])?.string.map { "-- \($0)" }
            case .streamEvent, .raw, .other: nil
            }
        guard let text, !text.isEmpty else { return nil }
        return VisibleText.escaped(text)
    }

    private static func raw(_ line: [UInt8]) -> String? {
        let text = String(decoding: line.prefix(4096), as: UTF8.self)
        let shown = VisibleText.oneLine(text.last?.isNewline == true ? String(text.dropLast()) : text, limit: 1000)
        return shown.isEmpty ? nil : shown
    }

    private static func assistant(_ tree: JSONValue) -> String {
        let indent = tree["parent_tool_use_id"]?.string == nil ? "" : "  "
        let blocks = tree["message"]?["content"]?.array ?? []
        let texts: [String] = blocks.compactMap { block in
            switch block["type"]?.string {
            case "text": block["text"]?.string.map { clipped($0) }
            case "tool_use": "$ \(call(block))"
            default: nil
            }
        }
        return texts.map { indented($0, by: indent) }.joined(separator: "\n")
    }

    /// The tool's name and the one argument that says most.
    private static func call(_ block: JSONValue) -> String {
        let name = block["name"]?.string ?? "?"
        let input = block["input"]
        let keys = ["command", "file_path", "path", "pattern", "url", "query", "description", "prompt"]
        let argument = keys.lazy.compactMap { input?[$0]?.string }.first
        return argument.map { "\(name): \(VisibleText.oneLine($0))" } ?? name
    }

    private static func user(_ tree: JSONValue) -> String {
        guard let content = tree["message"]?["content"] else { return "" }
        if let text = content.string { return indented(clipped(text), by: "> ") }
        let texts: [String] = (content.array ?? []).compactMap { block in
            switch block["type"]?.string {
            case "text": block["text"]?.string.map { indented(clipped($0), by: "> ") }
            case "tool_result":
                firstLines(of: block["content"], by: block["is_error"]?.bool == true ? "  ! " : "  | ")
            default: nil
            }
        }
        return texts.joined(separator: "\n")
    }

    /// The first three lines of a tool's result, which is a text or a list of texts and images.
    private static func firstLines(of content: JSONValue?, by indent: String) -> String? {
        let texts = content?.array?.compactMap { $0["text"]?.string } ?? []
        let text = content?.string ?? texts.joined(separator: "\n")
        guard !text.isEmpty else { return nil }
        let lines = VisibleText.lines(of: text, limit: 3)
        let shown = lines.prefix(3).map { indent + VisibleText.oneLine($0) }
        return (shown + (lines.count > 3 ? ["\(indent)…"] : [])).joined(separator: "\n")
    }

    private static func indented(_ text: String, by indent: String) -> String {
        if indent.isEmpty { return text }
        return VisibleText.lines(of: text).map { indent + $0 }.joined(separator: "\n")
    }

    private static func clipped(_ text: String) -> String {
        let limit = 16_384
        return text.utf8.count <= limit ? text : String(text.unicodeScalars.prefix(limit)) + "…"
    }
}
