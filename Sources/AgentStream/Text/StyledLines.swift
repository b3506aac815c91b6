/// The lines that a terminal would have after a text: one that is being written, with a cursor, and those before it.
struct StyledLines {
    private var spans: [StyledText.Span] = []
    /// What waits to become a span.
    private var pending = String.UnicodeScalarView()
    private var pendingStyle = TextStyle()

    private var line: [(scalar: Unicode.Scalar, style: TextStyle)] = []
    private var cursor = 0
    private var style = TextStyle()
    private var shownStyle = TextStyle()

    mutating func put(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\n": endLine()
        case "\r": cursor = 0
        case "\u{8}": cursor = max(0, cursor - 1)
        default:
            if VisibleText.isHidden(scalar) {
                for visible in VisibleText.escape(scalar) { write(visible) }
            } else {
                write(scalar)
            }
        }
    }

    mutating func take(_ sequence: EscapeSequence) {
        switch sequence {
        case .graphics(let parameters):
            style.apply(parameters)
            shownStyle = style.readable
        case .eraseLine(let all):
            // A cursor in the middle of an empty line would cost its distance again and again; programs that erase a
            // line go to its start anyway.
            if all { cursor = 0 }
            line.removeLast(line.count - cursor)
        case .nothing: break
        }
    }

    mutating func finished() -> [StyledText.Span] {
        flushLine()
        flush()
        return spans
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        if cursor < line.count {
            line[cursor] = (scalar, shownStyle)
        } else {
            line.append((scalar, shownStyle))
        }
        cursor += 1
    }

    private mutating func endLine() {
        flushLine()
        pending.append("\n")
    }

    private mutating func flushLine() {
        for (scalar, style) in line {
            if style != pendingStyle {
                flush()
                pendingStyle = style
            }
            pending.append(scalar)
        }
        line.removeAll(keepingCapacity: true)
        cursor = 0
    }

    private mutating func flush() {
        guard !pending.isEmpty else { return }
        spans.append(StyledText.Span(text: String(pending), style: pendingStyle))
        pending = String.UnicodeScalarView()
    }
}
