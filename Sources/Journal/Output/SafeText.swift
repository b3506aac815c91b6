/// Writes text that others have made so that it can end neither its line nor its place in it.
///
/// Control characters, and those that turn the direction of what follows, become visible escapes.
struct SafeText {
    /// What else is escaped.
    enum Place {
        /// Nothing: the text ends where its line or field ends.
        case open
        /// Quotation marks and backslashes, since the text stands between quotation marks.
        case quoted
        /// The same, with JSON's escapes.
        case json
    }

    let place: Place
    /// How many bytes it may take; what is too much is counted at its end.
    let limit: Int

    /// Appends a text.
    func append(_ text: String, to bytes: inout [UInt8]) {
        let end = bytes.count + limit
        var taken = 0
        for scalar in text.unicodeScalars {
            let before = bytes.count
            append(scalar, to: &bytes)
            guard bytes.count <= end else {
                bytes.removeSubrange(before...)
                bytes += Array("…[truncated \(text.utf8.count - taken)]".utf8)
                return
            }
            taken += UTF8.width(scalar)
        }
    }

    /// The text by itself.
    func text(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar {
        case "\n": bytes += [0x5C, 0x6E]
        case "\r": bytes += [0x5C, 0x72]
        case "\t": bytes += [0x5C, 0x74]
        case "\"" where place != .open, "\\" where place != .open: bytes += [0x5C, UInt8(scalar.value)]
        case _ where Self.isDangerous(scalar): appendEscape(scalar, to: &bytes)
        case _ where scalar.isASCII: bytes.append(UInt8(scalar.value))
        default: bytes.append(contentsOf: String(scalar).utf8)
        }
    }

    private func appendEscape(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        bytes += Array((place == .json ? "\\u\(padded)" : "\\u{\(digits)}").utf8)
    }

    /// Whether a terminal or a reader of lines may take a scalar for more than a character.
    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F: true
        case 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }
}
