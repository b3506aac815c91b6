/// Why a text is not JSON, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of fault that the grammar knows.
    package enum Problem: Hashable, Sendable {
        case unexpectedEnd
        case unexpectedToken(UInt8)
        case invalidUTF8
        case tooDeep
    }

    package let problem: Problem
    /// The offset, in bytes, of the first byte that does not fit; the text's length when it ends too early.
    package let offset: Int

    /// The sentence that a JavaScript engine would give, as far as it has one.
    package var message: String {
        switch problem {
        case .unexpectedEnd: "Unexpected end of JSON input"
        case .unexpectedToken(let byte): "Unexpected token \(Self.shown(byte)) in JSON at position \(offset)"
        case .invalidUTF8: "Invalid UTF-8 in JSON at position \(offset)"
        case .tooDeep: "JSON is nested too deeply at position \(offset)"
        }
    }

    package var description: String { message }

    private static func shown(_ byte: UInt8) -> String {
        if (0x20..<0x7F).contains(byte) { return String(Unicode.Scalar(byte)) }
        let hexadecimal = String(byte, radix: 16, uppercase: true)
        return hexadecimal.utf8.count < 2 ? "0x0\(hexadecimal)" : "0x\(hexadecimal)"
    }
}
