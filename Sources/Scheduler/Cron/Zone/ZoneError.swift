/// Why a zone cannot be used.
package struct ZoneError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, for programs.
    package enum Code: Sendable, Hashable {
        /// It is no name that a zone could have.
        case badName
        /// The host has no such zone.
        case unknown
        /// The file is not what it should be.
        case badFile
    }

    package let code: Code
    package let name: String
    package let reason: String

    package var description: String { "time zone \"\(name)\": \(reason)" }
}

/// What a zone may be called.
package enum ZoneName {
    /// Letters, digits and `._+-`, in parts between slashes, none of which begins with a dot.
    package static func isSafe(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...255).contains(bytes.count) else { return false }
        var startsPart = true
        for byte in bytes {
            if byte == UInt8(ascii: "/") {
                if startsPart { return false }
                startsPart = true
            } else {
                guard byte.isLetter || byte.isDigit || "_+-".utf8.contains(byte) || byte == UInt8(ascii: "."),
                    !(startsPart && byte == UInt8(ascii: "."))
                else { return false }
                startsPart = false
            }
        }
        return !startsPart
    }
}
