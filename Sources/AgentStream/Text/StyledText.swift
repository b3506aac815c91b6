/// A text as a terminal would show it, without what could do a terminal or a reader harm.
///
/// Colours and weights are kept, lines that were written over show what was written last, and every other sequence is
/// gone. Hidden characters are made visible by the rules of `VisibleText`. It takes time linear in the text.
package struct StyledText: Hashable, Sendable {
    /// A piece in one style.
    package struct Span: Hashable, Sendable {
        package let text: String
        package let style: TextStyle
    }

    /// The pieces in their order; newlines stand in their texts.
    package let spans: [Span]

    package init(_ text: String) {
        guard VisibleText.needsCare(text) else {
            spans = text.isEmpty ? [] : [Span(text: text, style: TextStyle())]
            return
        }
        var screen = StyledLines()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}", let sequence = EscapeSequence.read(&rest) {
                screen.take(sequence)
            } else {
                screen.put(scalar)
            }
        }
        spans = screen.finished()
    }

    /// The text of all pieces.
    package var plain: String { spans.map(\.text).joined() }

    /// The pieces line by line; a newline at the end begins no line.
    package var lines: [[Span]] {
        var lines: [[Span]] = []
        var line: [Span] = []
        for span in spans {
            let parts = span.text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index > 0 {
                    lines.append(line)
                    line = []
                }
                if !part.isEmpty { line.append(Span(text: String(part), style: span.style)) }
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
