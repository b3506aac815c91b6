/// Text while it is typed, at the bottom of a terminal; whole messages are written above it and take its place.
///
/// It draws only lines that the terminal does not wrap, and so knows how many to erase.
package struct PartialDisplay: Sendable {
    /// How many lines are shown of a text, its last ones, and how much of it is kept for that.
    private static let rows = 6
    private static let kept = 4096

    private struct Writing {
        var kind: PartialText.Kind
        var part: Int
        var text: String
    }

    private var fold = PartialFold()
    private var writings: [String: Writing] = [:]
    /// Whose text is shown.
    private var writer = ""
    private var drawn = 0

    package init() {}

    /// Takes a line that tells of partial text; what to write to the terminal for it.
    package mutating func take(_ line: [UInt8], width: Int) -> String {
        guard let added = fold.take(line) else { return "" }
        writer = added.parent ?? ""
        if writings.count >= TranscriptLimits.checklists { writings = [:] }
        var writing = writings[writer] ?? Writing(kind: added.kind, part: added.part, text: "")
        if writing.part != added.part { writing = Writing(kind: added.kind, part: added.part, text: "") }
        writing.text = Self.end(of: writing.text + added.delta.visible)
        writings[writer] = writing
        return erased() + draw(width: width)
    }

    /// What to write before other text, and what after it, when whole messages have come.
    package mutating func around(_ entries: [TranscriptEntry], width: Int) -> (before: String, after: String) {
        for entry in entries where entry.content.supersedesPartialText { writings[entry.parent ?? ""] = nil }
        let before = erased()
        return (before, draw(width: width))
    }

    /// Takes the text away.
    package mutating func clear() -> String {
        writings = [:]
        return erased()
    }

    /// The last scalars of a text, so that each added piece costs no more than what is kept.
    private static func end(of text: String) -> String {
        text.utf8.count <= 2 * kept ? text : String(text.unicodeScalars.suffix(kept))
    }

    private mutating func erased() -> String {
        defer { drawn = 0 }
        return drawn == 0 ? "" : "\u{1B}[\(drawn)A\u{1B}[J"
    }

    private mutating func draw(width: Int) -> String {
        guard let writing = writings[writer], width > 2, writing.kind != .toolInput else { return "" }
        let lines = VisibleText.lines(of: writing.text).suffix(Self.rows).flatMap {
            Self.rows(of: $0, width: width - 1)
        }
        let shown = lines.suffix(Self.rows)
        drawn = shown.count
        let style: TextStyle = writing.kind == .thinking ? .thought : .dim
        return shown.map { TerminalLine($0, style).written(inColor: true, width: nil) + "\n" }.joined()
    }

    /// A line in pieces that fit.
    private static func rows(of line: String, width: Int) -> [String] {
        var rows: [String] = []
        var rest = line[...]
        repeat {
            let row = TextWidth.prefix(of: String(rest), columns: width, mark: false)
            rows.append(row.text)
            // A character wider than the terminal is left out.
            rest =
                row.text.isEmpty
                ? rest.dropFirst()
                : rest[rest.unicodeScalars.index(rest.startIndex, offsetBy: row.text.unicodeScalars.count)...]
        } while !rest.isEmpty
        return rows
    }
}

extension TranscriptEntry.Content {
    fileprivate var supersedesPartialText: Bool {
        switch self {
        case .text, .thinking, .toolUse, .apiError, .result: true
        default: false
        }
    }
}
