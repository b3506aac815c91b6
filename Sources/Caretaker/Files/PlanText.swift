import AgentStream

/// What applying files changes, for people: field by field, and longer texts line by line.
struct PlanText {
    let isColored: Bool

    /// The lines of an answer of `files.apply`.
    ///
    /// - Parameter answer: The answer.
    /// - Returns: The lines, without anything that a terminal would take for an order.
    func lines(_ answer: JSONValue) -> [String] {
        let changes = answer["changes"]?.array ?? []
        return changes.flatMap(lines(ofChange:)) + [Self.summary(answer)]
    }

    /// How many of each there are, such as `1 created, 2 unchanged`.
    static func summary(_ answer: JSONValue) -> String {
        let words = ["create": "created", "update": "updated", "adopt": "adopted", "delete": "deleted", "keep": "kept"]
        let actions = (answer["changes"]?.array ?? []).compactMap { $0["action"]?.string }
        let counts = ["create", "update", "adopt", "delete", "keep"].compactMap { action -> String? in
            let count = actions.count { $0 == action }
            return count == 0 ? nil : "\(count) \(words[action] ?? action)"
        }
        return (counts + ["\(answer["unchanged"]?.int ?? 0) unchanged"]).joined(separator: ", ")
    }

    private func lines(ofChange change: JSONValue) -> [String] {
        let action = change["action"]?.string ?? ""
        let what = "\(change["kind"]?.string ?? "") \(change["slug"]?.string ?? "")"
        let note = change["note"]?.string.map { ": \($0)" } ?? (action == "adopt" ? ": is as the file says" : "")
        let head = VisibleText.oneLine("\(action) \(what) (\(change["file"]?.string ?? ""))\(note)", limit: 2000)
        return [head] + (change["fields"]?.array ?? []).flatMap { lines(ofField: $0, isNew: action == "create") }
    }

    private func lines(ofField field: JSONValue, isNew: Bool) -> [String] {
        let path = VisibleText.oneLine(field["path"]?.string ?? "", limit: 500)
        let before = field["before"] ?? .null
        let after = field["after"] ?? .null
        let isLong = [before, after].contains { $0.string?.contains("\n") == true }
        guard isLong else {
            if isNew { return after.isNull ? [] : ["  \(path): \(Self.short(after))"] }
            return ["  \(path): \(Self.short(before)) -> \(Self.short(after))"]
        }
        let diff = FileDiff(replacements: [(before.string ?? "", after.string ?? "")])
        return ["  \(path):"] + diff.hunks.flatMap { hunk in ["    @@"] + hunk.lines.map(line) }
    }

    private func line(_ line: FileDiff.Line) -> String {
        let text = "    \(line.kind.rawValue)" + line.text.visible
        guard isColored else { return text }
        switch line.kind {
        case .added: return "\u{1B}[32m\(text)\u{1B}[0m"
        case .removed: return "\u{1B}[31m\(text)\u{1B}[0m"
        case .context, .note: return text
        }
    }

    private static func short(_ value: JSONValue) -> String {
        guard !value.isNull else { return "(none)" }
        return VisibleText.oneLine(String(decoding: value.encoded, as: UTF8.self), limit: 300)
    }
}
