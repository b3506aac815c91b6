extension HTTPHead {
    /// Reads one line as libcurl hands it over; `true` when it was the end of the head.
    ///
    /// An interim response (1xx) comes first as a head of its own and is dropped when the next status line arrives.
    mutating func read(line: UnsafeRawBufferPointer) -> Bool {
        let text = line.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        if text.isEmpty { return status >= 200 || status == 101 }
        if text.starts(with: "HTTP/".utf8) {
            self = HTTPHead(status: Self.status(of: text))
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            headers.append(Self.text(text[..<colon]), Self.text(text[(colon + 1)...]))
        }
        return false
    }

    private static func status(of line: Slice<UnsafeRawBufferPointer>) -> Int {
        let code = line.drop { $0 != UInt8(ascii: " ") }.drop { $0 == UInt8(ascii: " ") }
        return Int(text(code.prefix { $0 != UInt8(ascii: " ") })) ?? 0
    }

    /// The bytes without surrounding blanks.
    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}
