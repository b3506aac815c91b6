/// What begins with an ESC, read as terminals read it.
enum EscapeSequence: Hashable {
    /// Colours and the like.
    case graphics([[Int]])
    /// Erases the line from the cursor on, or all of it.
    case eraseLine(all: Bool)
    /// Whatever else a terminal would swallow.
    case nothing

    /// The most parameters that a terminal takes.
    private static let parameterLimit = 32

    /// Reads the sequence after an ESC and moves on behind it; nil, and nothing moved, when it is none.
    ///
    /// A string (a title, a link) that nothing ends is ended by its line, so that little can be hidden in it.
    static func read(_ scalars: inout Substring.UnicodeScalarView) -> EscapeSequence? {
        guard let first = scalars.first else { return nil }
        switch first {
        case "[": return control(&scalars)
        case "]", "P", "X", "^", "_":
            skipString(&scalars)
            return .nothing
        case "\u{20}"..."\u{2F}":
            var rest = scalars.drop { (0x20...0x2F).contains($0.value) }
            guard let final = rest.popFirst(), (0x30...0x7E).contains(final.value) else { return nil }
            scalars = rest
            return .nothing
        case "\u{30}"..."\u{7E}":
            scalars.removeFirst()
            return .nothing
        default: return nil
        }
    }

    /// `ESC [`, parameters, and a letter.
    private static func control(_ scalars: inout Substring.UnicodeScalarView) -> EscapeSequence? {
        var rest = scalars.dropFirst()
        let parameters = rest.prefix { (0x30...0x3F).contains($0.value) }
        rest = rest[parameters.endIndex...]
        let afterIntermediates = rest.drop { (0x20...0x2F).contains($0.value) }
        let isPlain = afterIntermediates.startIndex == rest.startIndex
        guard let final = afterIntermediates.first, (0x40...0x7E).contains(final.value) else { return nil }
        scalars = afterIntermediates.dropFirst()
        let isPrivate = parameters.first.map { (0x3C...0x3F).contains($0.value) } ?? false
        guard isPlain, !isPrivate else { return .nothing }
        switch final {
        case "m": return .graphics(numbers(parameters))
        case "K": return erasure(numbers(parameters).first?[0] ?? 0)
        default: return .nothing
        }
    }

    private static func erasure(_ part: Int) -> EscapeSequence {
        switch part {
        case 0: .eraseLine(all: false)
        case 2: .eraseLine(all: true)
        default: .nothing
        }
    }

    private static func numbers(_ text: Substring.UnicodeScalarView) -> [[Int]] {
        if text.isEmpty { return [] }
        let fields = text.split(separator: ";", maxSplits: parameterLimit, omittingEmptySubsequences: false)
        return fields.prefix(parameterLimit).map { field in
            field.split(separator: ":", maxSplits: 8, omittingEmptySubsequences: false).map { part in
                part.prefix(6).reduce(0) { $0 * 10 + Int(truncatingIfNeeded: $1.value & 0x0F) % 10 }
            }
        }
    }

    private static func skipString(_ scalars: inout Substring.UnicodeScalarView) {
        while let scalar = scalars.first, scalar != "\n" {
            scalars.removeFirst()
            if scalar == "\u{7}" || scalar == "\u{9C}" { return }
            if scalar == "\u{1B}", scalars.first == "\\" {
                scalars.removeFirst()
                return
            }
        }
    }
}
