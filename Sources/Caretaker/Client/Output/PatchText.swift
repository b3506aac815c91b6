import AgentStream

/// A patch for a terminal: what it says is made visible, and only our own colours get through.
enum PatchText {
    static func shown(_ patch: [UInt8], inColor: Bool) -> String {
        let text = VisibleText.escaped(String(decoding: patch, as: UTF8.self))
        guard inColor else { return text }
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.map { style(of: $0).written($0) }.joined(separator: "\n")
    }

    private static func style(of line: String) -> TextStyle {
        if line.hasPrefix("diff --git ") || line.hasPrefix("--- ") || line.hasPrefix("+++ ") { return .bold }
        if line.hasPrefix("@@ ") { return .cyan }
        if line.hasPrefix("+") { return .green }
        return line.hasPrefix("-") ? .red : TextStyle()
    }
}
