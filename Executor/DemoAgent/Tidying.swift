/// What tidying makes of one file: no white space at the ends of lines, and a newline at the end of the file.
struct Tidying {
    /// One line before and after, without its newline.
    struct Line {
        let old: [UInt8]
        let new: [UInt8]
    }

    let lines: [Line]
    /// Whether the file's last line lacked its newline.
    let lacksNewline: Bool

    /// Kinds of files in which white space at the end of a line means something.
    private static let left = ["patch", "diff", "tsv", "eml"]
    private static let markdown = ["md", "markdown"]

    /// Nil when nothing is to be done.
    init?(_ bytes: [UInt8], path: String) {
        let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
        guard !bytes.isEmpty, !Self.left.contains(ending) else { return nil }
        var pieces = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        lacksNewline = pieces.last?.isEmpty == false
        if !lacksNewline { pieces.removeLast() }
        let keepsBreaks = Self.markdown.contains(ending)
        lines = pieces.map { Line(old: Array($0), new: Self.tidy($0, keepsBreaks: keepsBreaks)) }
        guard lacksNewline || lines.contains(where: { $0.old != $0.new }) else { return nil }
    }

    /// The whole file afterwards.
    var bytes: [UInt8] {
        let usesReturns = lines.first?.old.last == 0x0D && lines.count > 1
        var result: [UInt8] = []
        for (index, line) in lines.enumerated() {
            result.append(contentsOf: line.new)
            if index == lines.count - 1, lacksNewline, usesReturns, line.new.last != 0x0D { result.append(0x0D) }
            result.append(0x0A)
        }
        return result
    }

    /// A line without white space at its end; a carriage return stays, and so does Markdown's hard line break.
    private static func tidy(_ line: ArraySlice<UInt8>, keepsBreaks: Bool) -> [UInt8] {
        let hasReturn = line.last == 0x0D
        let text = hasReturn ? line.dropLast() : line
        var end = text.endIndex
        while end > text.startIndex, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        let tail = text[end...]
        let isBreak = end > text.startIndex && tail.count >= 2 && tail.allSatisfy { $0 == 0x20 }
        if keepsBreaks && isBreak { return Array(line) }
        return Array(text[..<end]) + (hasReturn ? [0x0D] : [])
    }
}
