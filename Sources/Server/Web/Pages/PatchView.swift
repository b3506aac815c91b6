/// A patch as git writes it, file by file.
struct PatchView {
    struct File {
        let path: String
        let changes: String
        let diff: DiffView
    }

    /// How many lines are shown of all files together.
    private static let lineLimit = 5000
    /// How many characters are shown of a line.
    private static let lineLength = 2000

    let files: [File]
    /// What to say when it is not whole.
    let omission: String?

    /// Reads a patch or its beginning.
    init(_ text: String, wholeBytes: Int) {
        var reader = PatchReader()
        let lines = text.unicodeScalars.split(
            separator: "\n",
            maxSplits: Self.lineLimit,
            omittingEmptySubsequences: false
        )
        for line in lines.prefix(Self.lineLimit) {
            let head = line.prefix(Self.lineLength)
            reader.take(String(head) + (head.endIndex < line.endIndex ? "…" : ""))
        }
        files = reader.finished()
        let isWhole = lines.count <= Self.lineLimit && text.utf8.count >= wholeBytes
        omission = isWhole ? nil : "Only the beginning is shown."
    }
}

/// Reads a patch line by line; what a line is depends on how many lines its hunk has left.
private struct PatchReader {
    private var files: [PatchView.File] = []
    private var path: String?
    private var hunks: [DiffView.Hunk] = []
    private var lines: [DiffView.Line] = []
    private var added = 0
    private var removed = 0
    private var old = (next: 0, left: 0)
    private var new = (next: 0, left: 0)

    mutating func take(_ line: String) {
        if old.left > 0 || new.left > 0 { return change(line) }
        if line.hasPrefix("diff --git ") {
            endFile()
            path = Self.path(line)
        } else if line.hasPrefix("@@ "), let ranges = Self.ranges(line) {
            endHunk()
            (old, new) = ranges
            note(line)
        } else if line.hasPrefix("\\") || line.hasPrefix("new file") || line.hasPrefix("deleted file")
            || line.hasPrefix("rename ") || line.hasPrefix("old mode") || line.hasPrefix("new mode")
            || line.hasPrefix("GIT binary patch")
        {
            note(line)
        }
    }

    mutating func finished() -> [PatchView.File] {
        endFile()
        return files
    }

    private mutating func change(_ line: String) {
        let text = String(line.unicodeScalars.dropFirst())
        switch line.unicodeScalars.first {
        case "+":
            lines.append(DiffView.Line(kind: "added", number: "\(new.next)", sign: "+", text: text))
            added += 1
            Self.step(&new)
        case "-":
            lines.append(DiffView.Line(kind: "removed", number: "\(old.next)", sign: "-", text: text))
            removed += 1
            Self.step(&old)
        case "\\": note(line)
        default:
            lines.append(DiffView.Line(kind: "context", number: "\(new.next)", sign: " ", text: text))
            Self.step(&old)
            Self.step(&new)
        }
    }

    private static func step(_ range: inout (next: Int, left: Int)) {
        range.next &+= 1
        range.left -= 1
    }

    private mutating func note(_ line: String) {
        lines.append(DiffView.Line(kind: "remark", number: "", sign: "", text: line))
    }

    private mutating func endHunk() {
        if !lines.isEmpty { hunks.append(DiffView.Hunk(lines: lines)) }
        lines = []
    }

    private mutating func endFile() {
        endHunk()
        if let path {
            let changes = added + removed == 0 ? "" : "+\(added) -\(removed)"
            files.append(PatchView.File(path: path, changes: changes, diff: DiffView(hunks: hunks)))
        }
        (path, hunks, added, removed) = (nil, [], 0, 0)
        (old, new) = ((0, 0), (0, 0))
    }

    /// The new name in `diff --git a/old b/new`; quoted names stay as git writes them.
    private static func path(_ line: String) -> String {
        let names = String(line.dropFirst("diff --git ".count))
        guard let range = names.firstRange(of: " b/") else { return names }
        return String(names[range.upperBound...])
    }

    /// The ranges of `@@ -1,2 +3,4 @@`.
    private static func ranges(_ line: String) -> ((next: Int, left: Int), (next: Int, left: Int))? {
        let words = line.split(separator: " ", maxSplits: 3)
        guard words.count > 2, let old = range(words[1], "-"), let new = range(words[2], "+") else { return nil }
        return (old, new)
    }

    private static func range(_ word: Substring, _ sign: String) -> (next: Int, left: Int)? {
        guard word.hasPrefix(sign) else { return nil }
        let numbers = word.dropFirst().split(separator: ",").map { Int($0) }
        guard let first = numbers.first, let next = first else { return nil }
        guard numbers.count > 1 else { return (next, 1) }
        return numbers[1].map { (next, max($0, 0)) }
    }
}
