extension JSONGrammar {
    /// Passes the rest of a string whose opening quote has been passed.
    mutating func scanString() throws(JSONError) -> JSONText {
        let start = position
        var hasEscapes = false
        while true {
            skipPlain()
            let byte = try peek()
            if byte == UInt8(ascii: "\"") {
                position += 1
                let body = UnsafeRawBufferPointer(rebasing: bytes[start..<position - 1])
                return JSONText(bytes: body, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try scanEscape()
            } else if byte >= 0x80 {
                try scanMultibyte()
            } else {
                throw unexpected()
            }
        }
    }

    /// Goes to the next quote, backslash, control character or non-ASCII byte, eight bytes at a time.
    ///
    /// Each subtraction sets the high bit of the bytes that it looks for; borrows can only spoil bytes above the first
    /// match, and the first match is all that is asked for.
    @inline(__always)
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        while bytes.count - position >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let found = ((word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones) | word) & (ones &* 0x80)
            if found != 0 {
                position += found.trailingZeroBitCount >> 3
                return
            }
            position += 8
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            position += 1
        }
    }

    private mutating func scanEscape() throws(JSONError) {
        position += 1
        switch try peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            for _ in 0..<4 {
                guard JSONText.hexadecimalValue(try peek()) != nil else { throw unexpected() }
                position += 1
            }
        default:
            throw unexpected()
        }
    }

    /// Passes the run of non-ASCII characters here; refuses overlong forms, surrogates and what is above U+10FFFF.
    private mutating func scanMultibyte() throws(JSONError) {
        while position < bytes.count, bytes[position] >= 0x80 {
            let first = bytes[position]
            let (length, second) = Self.sequence(startingWith: first)
            guard length > 0, bytes.count - position >= length, second.contains(bytes[position + 1]) else {
                throw JSONError(problem: .invalidUTF8, offset: position)
            }
            for index in 2..<max(length, 2) where bytes[position + index] & 0xC0 != 0x80 {
                throw JSONError(problem: .invalidUTF8, offset: position)
            }
            position += length
        }
    }

    /// The length of the UTF-8 sequence with this first byte (0: there is none) and its allowed second bytes.
    @inline(__always)
    private static func sequence(startingWith first: UInt8) -> (length: Int, second: ClosedRange<UInt8>) {
        switch first {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0...0)
        }
    }
}
