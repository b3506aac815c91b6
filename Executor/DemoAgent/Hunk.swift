import AgentStream

/// One changed place of a file with the lines around it.
struct Hunk {
    /// How many unchanged lines stand around a change.
    private static let context = 3

    let start: Int
    private let oldLines: [String]
    private let newLines: [String]
    private let marked: [String]

    var old: String { oldLines.joined(separator: "\n") }
    var new: String { newLines.joined(separator: "\n") }

    /// The hunk as agents put it into a `structuredPatch`.
    var json: JSONValue {
        [
            "oldStart": JSONValue(start + 1),
            "oldLines": JSONValue(oldLines.count),
            "newStart": JSONValue(start + 1),
            "newLines": JSONValue(newLines.count),
            "lines": .array(marked.map { .string($0) }),
        ]
    }

    /// All the changed places; tidying adds and removes no lines, so that each is found by its number.
    static func all(of tidying: Tidying) -> [Hunk] {
        let last = tidying.lines.count - 1
        let changed = tidying.lines.indices.filter { index in
            let line = tidying.lines[index]
            return line.old != line.new || (index == last && tidying.lacksNewline)
        }
        var ranges: [ClosedRange<Int>] = []
        for index in changed {
            let range = max(0, index - context)...min(last, index + context)
            if let previous = ranges.last, previous.upperBound >= range.lowerBound - 1 {
                ranges[ranges.count - 1] = previous.lowerBound...range.upperBound
            } else {
                ranges.append(range)
            }
        }
        let isChanged = Set(changed)
        return ranges.map { Hunk(tidying, range: $0, changed: isChanged) }
    }

    private init(_ tidying: Tidying, range: ClosedRange<Int>, changed: Set<Int>) {
        start = range.lowerBound
        var old: [String] = []
        var new: [String] = []
        var marked: [String] = []
        for index in range {
            let line = tidying.lines[index]
            old.append(String(decoding: line.old, as: UTF8.self))
            new.append(String(decoding: line.new, as: UTF8.self))
            guard changed.contains(index) else {
                marked.append(" \(old[old.count - 1])")
                continue
            }
            marked.append("-\(old[old.count - 1])")
            if tidying.lacksNewline && index == tidying.lines.count - 1 {
                marked.append("\\ No newline at end of file")
            }
            marked.append("+\(new[new.count - 1])")
        }
        oldLines = old
        newLines = new
        self.marked = marked
    }
}
