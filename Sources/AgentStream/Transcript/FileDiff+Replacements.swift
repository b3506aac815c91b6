extension FileDiff {
    /// The lines around a change that are shown.
    private static let context = 3
    /// Up to so many differing lines the shortest script is looked for; more are shown as removed and added.
    private static let comparedLines = 1000

    /// Makes a diff of texts that replace texts, without knowing where in the file they stand.
    package init(replacements: [(old: String, new: String)]) {
        var room = TranscriptLimits.diffLines
        var omitted = 0
        hunks = replacements.flatMap { old, new -> [Hunk] in
            let (lines, left) = Self.lines(from: old, to: new, limit: room)
            room -= lines.count
            omitted += left
            return Self.hunks(of: lines)
        }
        omittedLines = omitted
    }

    /// All lines of both texts in the order of a diff, and how many of them were too many.
    private static func lines(from old: String, to new: String, limit: Int) -> ([Line], omitted: Int) {
        let old = bounded(old)
        let new = bounded(new)
        let lines = script(from: old.lines, to: new.lines)
        return (Array(lines.prefix(limit)), max(0, lines.count - limit) + old.omitted + new.omitted)
    }

    private static func bounded(_ text: String) -> (lines: [String], omitted: Int) {
        if text.isEmpty { return ([], 0) }
        var lines = VisibleText.lines(of: text, limit: TranscriptLimits.diffLines)
        // A newline at the end begins no line.
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count > TranscriptLimits.diffLines, let rest = lines.popLast() else { return (lines, 0) }
        return (lines, ShownText(rest, limit: .max).lineCount)
    }

    private static func script(from old: [String], to new: [String]) -> [Line] {
        let (oldKeys, newKeys) = keys(old, new)
        let changes = changes(from: oldKeys, to: newKeys)
        var counter = LineCounter()
        var lines: [Line] = []
        var (oldIndex, newIndex) = (0, 0)
        while oldIndex < old.count || newIndex < new.count {
            if oldIndex < old.count, changes.removed.contains(oldIndex) {
                lines.append(counter.line(.removed, old[oldIndex]))
                oldIndex += 1
            } else if newIndex < new.count, changes.added.contains(newIndex) || oldIndex == old.count {
                lines.append(counter.line(.added, new[newIndex]))
                newIndex += 1
            } else {
                lines.append(counter.line(.context, old[oldIndex]))
                oldIndex += 1
                newIndex += 1
            }
        }
        return lines
    }

    /// A number for each line, the same for lines that are the same byte by byte.
    private static func keys(_ old: [String], _ new: [String]) -> ([Int], [Int]) {
        var known: [[UInt8]: Int] = [:]
        func key(_ line: String) -> Int {
            let bytes = Array(line.utf8)
            if let key = known[bytes] { return key }
            known[bytes] = known.count
            return known.count - 1
        }
        return (old.map(key), new.map(key))
    }

    /// The indices of removed and of added lines.
    private static func changes(from old: [Int], to new: [Int]) -> (removed: Set<Int>, added: Set<Int>) {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let oldMiddle = head..<(old.count - tail)
        let newMiddle = head..<(new.count - tail)
        guard oldMiddle.count + newMiddle.count <= comparedLines else { return (Set(oldMiddle), Set(newMiddle)) }
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in Array(new[newMiddle]).difference(from: Array(old[oldMiddle])) {
            switch change {
            case .remove(let offset, _, _): removed.insert(head + offset)
            case .insert(let offset, _, _): added.insert(head + offset)
            }
        }
        return (removed, added)
    }

    /// The changed lines with those around them.
    private static func hunks(of lines: [Line]) -> [Hunk] {
        var hunks: [Hunk] = []
        var current: Range<Int>?
        for index in lines.indices where lines[index].kind != .context {
            let near = max(0, index - context)..<min(lines.count, index + context + 1)
            if let range = current, near.lowerBound <= range.upperBound {
                current = range.lowerBound..<near.upperBound
            } else {
                if let range = current { hunks.append(Hunk(lines: Array(lines[range]))) }
                current = near
            }
        }
        if let range = current { hunks.append(Hunk(lines: Array(lines[range]))) }
        return hunks
    }
}
