/// What may not stand for itself in names' values and help texts.
enum Escaping {
    /// The value that a label shows: a NUL becomes U+FFFD, since Prometheus takes it for the end of the text.
    ///
    /// Series are told apart by what is shown, or two of them could look the same.
    static func shown(_ value: String) -> String {
        guard value.utf8.contains(0) else { return value }
        return String(String.UnicodeScalarView(value.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }

    /// Writes a label's value between its quotes.
    static func appendLabelValue(_ value: String, to bytes: inout [UInt8]) {
        append(value, quotes: true, to: &bytes)
    }

    /// Writes a help text; OpenMetrics wants quotes escaped there too.
    static func appendHelp(_ text: String, quotes: Bool, to bytes: inout [UInt8]) {
        append(text, quotes: quotes, to: &bytes)
    }

    private static func append(_ text: String, quotes: Bool, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { plain in
            guard !plain.allSatisfy({ isPlain($0) }) else {
                bytes.append(contentsOf: plain)
                return
            }
            for byte in plain {
                switch byte {
                case 0: bytes.append(contentsOf: "\u{FFFD}".utf8)
                case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
                case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
                case UInt8(ascii: "\"") where quotes: bytes.append(contentsOf: "\\\"".utf8)
                default: bytes.append(byte)
                }
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte != 0 && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
    }
}
