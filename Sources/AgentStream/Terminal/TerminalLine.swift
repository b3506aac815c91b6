/// A line of what is printed: pieces that are safe to show, each in its style.
struct TerminalLine {
    var spans: [StyledText.Span] = []
    /// Whether it is a title, which is cut to the terminal's width.
    var isTitle = false

    init(_ text: String = "", _ style: TextStyle = TextStyle(), isTitle: Bool = false) {
        spans = text.isEmpty ? [] : [StyledText.Span(text: text, style: style)]
        self.isTitle = isTitle
    }

    init(_ spans: [StyledText.Span]) { self.spans = spans }

    func adding(_ text: String, _ style: TextStyle = TextStyle()) -> TerminalLine {
        var line = self
        if !text.isEmpty { line.spans.append(StyledText.Span(text: text, style: style)) }
        return line
    }

    func indented(by text: String, _ style: TextStyle = TextStyle()) -> TerminalLine {
        var line = self
        if !text.isEmpty { line.spans.insert(StyledText.Span(text: text, style: style), at: 0) }
        return line
    }

    /// The line in a style, under which its own colours stay.
    func dimmed() -> TerminalLine {
        var line = self
        line.spans = spans.map { span in
            var style = span.style
            style.isDim = true
            return StyledText.Span(text: span.text, style: style)
        }
        return line
    }

    /// As it is written, cut to a width when it is a title.
    func written(inColor: Bool, width: Int?) -> String {
        var room = isTitle ? width ?? .max : .max
        var text = ""
        for span in spans {
            let part = TextWidth.prefix(of: span.text, columns: room, mark: isTitle)
            room -= part.columns
            text += inColor ? span.style.written(part.text) : part.text
            if part.isCut { break }
        }
        return text
    }
}

extension TextStyle {
    package static let bold = with { $0.isBold = true }
    package static let dim = with { $0.isDim = true }
    static let thought = with { ($0.isDim, $0.isItalic) = (true, true) }
    package static let red = with { $0.foreground = Color(1) }
    package static let green = with { $0.foreground = Color(2) }
    package static let yellow = with { $0.foreground = Color(3) }
    package static let cyan = with { $0.foreground = Color(6) }

    private static func with(_ change: (inout TextStyle) -> Void) -> TextStyle {
        var style = TextStyle()
        change(&style)
        return style
    }

    /// The text with our own sequences around it.
    package func written(_ text: String) -> String {
        if isPlain || text.isEmpty { return text }
        var codes: [Int] = []
        if isBold { codes.append(1) }
        if isDim { codes.append(2) }
        if isItalic { codes.append(3) }
        if isUnderlined { codes.append(4) }
        if isInverse { codes.append(7) }
        if isStruck { codes.append(9) }
        if let foreground { codes.append(foreground.code(from: 30)) }
        if let background { codes.append(background.code(from: 40)) }
        return "\u{1B}[\(codes.map(String.init).joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}

extension TextStyle.Color {
    fileprivate func code(from base: Int) -> Int { number < 8 ? base + Int(number) : base + 52 + Int(number) }
}
