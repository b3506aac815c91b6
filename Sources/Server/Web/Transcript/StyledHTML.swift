import AgentStream

/// Text with a terminal's colours as HTML: a `span` with classes for each piece that is not plain.
enum StyledHTML {
    static func html(_ text: StyledText) -> String {
        text.spans.reduce(into: "") { html, span in
            let words = HTMLText().escapeText(span.text)
            html += span.style.isPlain ? words : "<span class=\"\(classes(span.style))\">\(words)</span>"
        }
    }

    private static func classes(_ style: TextStyle) -> String {
        [
            style.foreground.map { "f\($0.number)" }, style.background.map { "g\($0.number)" },
            style.isBold ? "bold" : nil, style.isDim ? "dim" : nil, style.isItalic ? "italic" : nil,
            style.isUnderlined ? "underlined" : nil, style.isInverse ? "inverse" : nil, style.isStruck ? "struck" : nil,
        ].compactMap(\.self).joined(separator: " ")
    }
}
