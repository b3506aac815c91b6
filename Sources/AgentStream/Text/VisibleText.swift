/// Makes text of unknown origin safe to show: no control or bidi character gets through to a terminal or a page.
package enum VisibleText {
    /// The text with such characters written as `\u{1B}`; newlines and tabs stay, the CR of a CRLF goes.
    package static func escaped(_ text: String) -> String {
        guard needsCare(text) else { return text }
        var shown = String.UnicodeScalarView()
        var pendingReturn = false
        for scalar in text.unicodeScalars {
            if pendingReturn, scalar != "\n" { shown.append(contentsOf: escape("\r")) }
            pendingReturn = scalar == "\r"
            if pendingReturn { continue }
            if isHidden(scalar) { shown.append(contentsOf: escape(scalar)) } else { shown.append(scalar) }
        }
        if pendingReturn { shown.append(contentsOf: escape("\r")) }
        return String(shown)
    }

    /// The same on one line, cut to a length in characters.
    package static func oneLine(_ text: String, limit: Int = 200) -> String {
        let scalars = text.unicodeScalars
        let head = escaped(String(scalars.prefix(limit))).unicodeScalars.map { $0 == "\n" || $0 == "\t" ? " " : $0 }
        var line = String.UnicodeScalarView()
        line.append(contentsOf: head)
        return String(line) + (scalars.dropFirst(limit).isEmpty ? "" : "…")
    }

    /// The text's lines, ended by LF or CRLF; Swift's own `split` would take a CRLF for no newline at all.
    static func lines(of text: String, limit: Int = .max) -> [String] {
        let lines = text.unicodeScalars.split(separator: "\n", maxSplits: limit, omittingEmptySubsequences: false)
        return lines.map { String($0.last == "\r" ? $0.dropLast() : $0) }
    }

    /// Whether a text has anything that must be made visible; most have not, and looking at bytes is quick.
    static func needsCare(_ text: String) -> Bool {
        let mayHide: (UInt8) -> Bool = { byte in
            byte < 0x20 ? byte != 0x09 && byte != 0x0A : byte >= 0x7F
        }
        return text.utf8.contains(where: mayHide) && text.unicodeScalars.contains(where: isHidden)
    }

    /// Controls (C0, DEL, C1) but newline and tab, line separators, marks that reorder text, and invisible ones.
    ///
    /// The joiners U+200C and U+200D stay: scripts and emoji need them.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F,
            0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    static func escape(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars
    }
}
