import AgentStream

/// A diff, for the template `diff`.
struct DiffView {
    struct Hunk {
        let lines: [Line]
    }

    struct Line {
        let kind: String
        let number: String
        let sign: String
        let text: String
    }

    let hunks: [Hunk]
    let isLong: Bool

    init(hunks: [Hunk]) {
        self.hunks = hunks
        isLong = hunks.reduce(0) { $0 + $1.lines.count } > 30
    }

    init(_ diff: FileDiff) {
        self.init(hunks: diff.hunks.map { Hunk(lines: $0.lines.map(Line.init)) })
    }
}

extension DiffView.Line {
    init(_ line: FileDiff.Line) {
        kind = line.kind.className
        number = (line.newNumber ?? line.oldNumber).map(String.init) ?? ""
        sign = line.kind.rawValue
        text = line.text.visible + (line.text.omittedBytes > 0 ? "…" : "")
    }
}

extension FileDiff.Line.Kind {
    /// Its name in the style sheet.
    var className: String {
        switch self {
        case .context: "context"
        case .added: "added"
        case .removed: "removed"
        case .note: "remark"
        }
    }
}
