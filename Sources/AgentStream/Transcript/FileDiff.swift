/// What changed in a file, as hunks with some lines around.
package struct FileDiff: Hashable, Sendable {
    /// A line with its numbers in the old and the new file, where they are known.
    package struct Line: Hashable, Sendable {
        /// What happened to it.
        package enum Kind: String, Hashable, Sendable {
            case context = " "
            case added = "+"
            case removed = "-"
            /// A remark, such as that no newline ends the file.
            case note = "\\"
        }

        package let kind: Kind
        package let oldNumber: Int?
        package let newNumber: Int?
        package let text: ShownText
    }

    /// Lines that follow each other.
    package struct Hunk: Hashable, Sendable {
        package let lines: [Line]
    }

    package let hunks: [Hunk]
    /// Lines of the diff that are not shown.
    package let omittedLines: Int

    package var addedCount: Int { count(.added) }
    package var removedCount: Int { count(.removed) }

    private func count(_ kind: Line.Kind) -> Int {
        hunks.reduce(0) { $0 + $1.lines.count { $0.kind == kind } }
    }
}

extension FileDiff {
    /// Reads a `structuredPatch`; nil when it is missing or has no hunks.
    init?(patch: JSONValue?) {
        guard let patches = patch?.array, !patches.isEmpty else { return nil }
        var room = TranscriptLimits.diffLines
        var omitted = 0
        hunks = patches.prefix(TranscriptLimits.listCount).compactMap { patch in
            let lines = patch["lines"]?.array ?? []
            let shown = lines.prefix(room)
            room -= shown.count
            omitted += lines.count - shown.count
            return shown.isEmpty ? nil : Hunk(patch: patch, lines: shown)
        }
        omittedLines = omitted
    }
}

extension FileDiff.Hunk {
    /// The numbers are counted on from the patch's beginning, which is bounded so that no count overflows.
    fileprivate init(patch: JSONValue, lines: ArraySlice<JSONValue>) {
        var counter = LineCounter(
            old: patch.count("oldStart").map { min($0, 1 << 40) },
            new: patch.count("newStart").map { min($0, 1 << 40) }
        )
        self.lines = lines.map { line in
            let text = line.string ?? ""
            let kind = text.unicodeScalars.first.flatMap { FileDiff.Line.Kind(rawValue: String($0)) }
            return counter.line(kind ?? .context, kind == nil ? text : String(text.unicodeScalars.dropFirst()))
        }
    }
}

/// Numbers a hunk's lines.
struct LineCounter {
    var old: Int?
    var new: Int?

    mutating func line(_ kind: FileDiff.Line.Kind, _ text: String) -> FileDiff.Line {
        let isOld = kind == .context || kind == .removed
        let isNew = kind == .context || kind == .added
        defer {
            if isOld { old = old.map { $0 + 1 } }
            if isNew { new = new.map { $0 + 1 } }
        }
        return FileDiff.Line(
            kind: kind,
            oldNumber: isOld ? old : nil,
            newNumber: isNew ? new : nil,
            text: ShownText(text, limit: TranscriptLimits.diffLineBytes)
        )
    }
}
