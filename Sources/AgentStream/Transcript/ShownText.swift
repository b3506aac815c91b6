/// A text of unknown origin, cut to what is shown; it comes out only in forms that are safe to show.
package struct ShownText: Hashable, Sendable {
    private let text: String
    /// How many bytes of the whole are left out at its end.
    package let omittedBytes: Int

    /// Cuts at the limit, between characters.
    package init(_ text: String, limit: Int = TranscriptLimits.textBytes) {
        let length = text.utf8.count
        if length <= limit {
            self.text = text
            omittedBytes = 0
        } else {
            self.text = String(text[..<text.wholeCharacters(within: limit)])
            omittedBytes = length - self.text.utf8.count
        }
    }

    /// Takes a text that is cut already.
    init(_ text: String, omitting omittedBytes: Int) {
        let cut = ShownText(text)
        self.text = cut.text
        self.omittedBytes = cut.omittedBytes + omittedBytes
    }

    /// A value as indented JSON.
    init(prettyJSON value: JSONValue) {
        let (json, isWhole) = PrettyJSON.text(of: value, limit: TranscriptLimits.textBytes)
        // How long the rest would be indented is not worth finding out; its compact form is at least as long.
        self.init(json, omitting: isWhole ? 0 : max(1, value.encoded.count - json.utf8.count))
    }

    package var isEmpty: Bool { text.isEmpty }

    /// The text with control characters and marks that reorder text made visible; newlines and tabs stay.
    package var visible: String { VisibleText.escaped(text) }

    /// What a terminal would show of it, with its colours.
    package var styled: StyledText { StyledText(text) }

    /// The beginning on one line.
    package func oneLine(limit: Int = 200) -> String { VisibleText.oneLine(text, limit: limit) }

    /// How many lines it has; a newline at its end begins none.
    package var lineCount: Int {
        if text.isEmpty { return 0 }
        let breaks = text.utf8.reduce(0) { $1 == 0x0A ? $0 + 1 : $0 }
        return text.utf8.last == 0x0A ? breaks : breaks + 1
    }

    /// Whether both begin alike, as far as they are shown, and are as long.
    func isSame(as other: ShownText) -> Bool {
        omittedBytes == other.omittedBytes && text.utf8.elementsEqual(other.text.utf8)
    }
}

extension String {
    /// Where the last whole character ends within so many bytes; where the last scalar ends, if a character is longer.
    fileprivate func wholeCharacters(within limit: Int) -> String.Index {
        var end = utf8.index(startIndex, offsetBy: limit)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        // A character ends here or begins at most a few scalars before; more are no character but an attack.
        var candidate = end
        for _ in 0..<16 where candidate > startIndex {
            if candidate.samePosition(in: self) != nil { return candidate }
            candidate = unicodeScalars.index(before: candidate)
        }
        return end
    }
}
