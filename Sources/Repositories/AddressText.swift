/// The alphabets of an address's parts.
enum AddressText {
    static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "+.-_".utf8.contains(byte)
    }

    /// Whether it matches `^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$`.
    static func isGitHubOwner(_ text: String) -> Bool {
        guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 39 else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether it matches `^[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$` and is neither `.` nor `..`.
    static func isGitHubName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 100 else { return false }
        if text == "." || text == ".." { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    static func isUser(_ text: String) -> Bool {
        guard let first = text.utf8.first, isAlphanumeric(first) || first == UInt8(ascii: "_") else { return false }
        return text.utf8.count <= 64 && text.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    /// A DNS name or IPv4 address in lower case, or an IPv6 address in brackets.
    static func isHost(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 253 else { return false }
        if bytes.first == UInt8(ascii: "[") {
            return bytes.count > 3 && bytes.last == UInt8(ascii: "]")
                && bytes.dropFirst().dropLast().allSatisfy(isAddressCharacter)
        }
        return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    /// Letters, digits and a few marks; escapes only of a space or of bytes that are not ASCII.
    static func isPathPart(_ text: String, mayEscape: Bool) -> Bool {
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            if isAlphanumeric(bytes[index]) || "._~+@,=-".utf8.contains(bytes[index]) {
                index += 1
            } else if mayEscape, isHarmlessEscape(bytes[index...].prefix(3)) {
                index += 3
            } else {
                return false
            }
        }
        return true
    }

    private static func isHarmlessEscape(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count == 3, bytes.first == UInt8(ascii: "%") else { return false }
        let digits = String(decoding: bytes.dropFirst(), as: UTF8.self)
        guard digits.utf8.allSatisfy(isAlphanumeric), let value = UInt8(digits, radix: 16) else { return false }
        return value == 0x20 || value >= 0x80
    }

    private static func isAddressCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: ":"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
