/// The body of a string token, without its quotes, as it stands in a text that the grammar has passed.
struct JSONText {
    let bytes: UnsafeRawBufferPointer
    let hasEscapes: Bool

    /// The string that the token means; an escaped surrogate without its partner becomes U+FFFD.
    var string: String {
        if !hasEscapes { return String(decoding: bytes, as: UTF8.self) }
        var text = String()
        text.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            let plain = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\\") { position += 1 }
            if position > plain { text += String(decoding: bytes[plain..<position], as: UTF8.self) }
            if position < bytes.count { text.unicodeScalars.append(unescape(at: &position)) }
        }
        return text
    }

    /// Whether the token means this ASCII text.
    func means(_ text: StaticString) -> Bool {
        if hasEscapes { return string == text.description }
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        return bytes.elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    static func hexadecimalValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private func unescape(at position: inout Int) -> Unicode.Scalar {
        let letter = bytes[position + 1]
        if letter == UInt8(ascii: "u") { return unescapeUnicode(at: &position) }
        position += 2
        switch letter {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        default: return Unicode.Scalar(letter)
        }
    }

    private func unescapeUnicode(at position: inout Int) -> Unicode.Scalar {
        let unit = codeUnit(at: position)
        position += 6
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, position + 6 <= bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let low = codeUnit(at: position)
        guard (0xDC00...0xDFFF).contains(low) else { return "\u{FFFD}" }
        position += 6
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    /// The value of the four digits of the `\uXXXX` that starts here.
    private func codeUnit(at position: Int) -> UInt32 {
        (2..<6).reduce(0) { value, index in
            value << 4 | (Self.hexadecimalValue(bytes[position + index]) ?? 0)
        }
    }
}
