/// Writes the entries of a run for a terminal or a file.
///
/// No byte of an agent reaches the terminal but as text that is safe to show; the only escape sequences are ours.
package struct TranscriptText: Sendable {
    /// How it is written.
    package struct Options: Hashable, Sendable {
        /// Whether escape sequences give colour.
        package var inColor: Bool
        /// Titles are cut to so many columns; nothing is wrapped.
        package var width: Int?
        /// How many lines of a tool's output are shown, half from its beginning and half from its end; nil for all.
        package var outputLines: Int?

        package init(inColor: Bool = false, width: Int? = nil, outputLines: Int? = 20) {
            self.inColor = inColor
            self.width = width
            self.outputLines = outputLines
        }
    }

    package var options: Options
    /// How deep what a subagent does is indented, by the tool use that began it.
    private var depths: [String: Int] = [:]
    /// The tool use that was written last: a result right after it needs no heading.
    private var lastUse: String?
    /// What edits will change, until their results say what they changed.
    private var edits: [String: FileDiff] = [:]

    package init(_ options: Options = Options()) {
        self.options = options
    }

    /// The lines for some entries, each with its newline; empty when they say nothing here.
    package mutating func text(of entries: [TranscriptEntry]) -> String {
        entries.map { text(of: $0) }.joined()
    }

    private mutating func text(of entry: TranscriptEntry) -> String {
        let depth = entry.parent.map { depths[$0] ?? 1 } ?? 0
        let indent = String(repeating: "  ", count: min(depth, 8))
        var lines = EntryLines(outputLines: options.outputLines)
        switch entry.content {
        case .toolUse(let use):
            note(use, depth: depth)
            lines.show(use)
        case .toolResult(let result):
            let diff = edits.removeValue(forKey: result.of)
            lines.show(result, withHeading: lastUse != result.of, edit: diff)
            lastUse = nil
        case let content:
            lines.show(content)
            if !lines.lines.isEmpty { lastUse = nil }
        }
        return lines.lines.reduce(into: "") { text, line in
            text += line.indented(by: indent).written(inColor: options.inColor, width: options.width) + "\n"
        }
    }

    private mutating func note(_ use: ToolUse, depth: Int) {
        lastUse = use.id
        switch use.input {
        case .subagent:
            if depths.count >= TranscriptLimits.openToolUses { depths = [:] }
            depths[use.id] = depth + 1
        case .edit(_, let diff, _):
            if edits.count >= TranscriptLimits.checklists { edits = [:] }
            edits[use.id] = diff
        default: break
        }
    }
}
