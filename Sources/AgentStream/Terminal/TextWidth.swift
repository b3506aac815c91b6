/// How many columns of a terminal a text takes; near enough to cut titles and to keep lines from being wrapped.
package enum TextWidth {
    /// The columns of a text on one line.
    package static func columns(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
    }

    /// As much of a text's beginning as fits.
    ///
    /// - Parameters:
    ///   - text: The text, on one line.
    ///   - columns: The room.
    ///   - mark: Whether an ellipsis, which has its room too, tells that something was cut.
    /// - Returns: The beginning, its columns, and whether it is less than all.
    package static func prefix(of text: String, columns: Int, mark: Bool) -> (text: String, columns: Int, isCut: Bool) {
        if columns == .max { return (text, 0, false) }
        var used = 0
        var end = text.unicodeScalars.startIndex
        /// Where to cut if an ellipsis must follow.
        var markEnd = (index: end, columns: 0)
        for index in text.unicodeScalars.indices {
            let width = Self.columns(of: text.unicodeScalars[index])
            if used + width > columns {
                guard mark, columns > 0 else { return (String(text[..<end]), used, true) }
                return (text[..<markEnd.index] + "…", markEnd.columns + 1, true)
            }
            used += width
            end = text.unicodeScalars.index(after: index)
            if used < columns { markEnd = (end, used) }
        }
        return (text, used, false)
    }

    static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x09: return 8
        case 0x20...0x7E, 0xAD: return 1
        // Vowels and ends of a Korean syllable are drawn into it.
        case 0x1160...0x11FF: return 0
        // Two of them are a flag.
        case 0x1F1E6...0x1F1FF: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }
}
