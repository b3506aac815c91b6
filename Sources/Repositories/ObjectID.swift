/// A full object name, SHA-1 or SHA-256, in lower-case hexadecimal.
struct ObjectID: Hashable, Sendable, CustomStringConvertible {
    let text: String

    init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count == 40 || bytes.count == 64 else { return nil }
        let isHexadecimal = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                true
            default: false
            }
        }
        guard isHexadecimal else { return nil }
        self.text = text.lowercased()
    }

    var format: ObjectFormat { text.utf8.count == 40 ? .sha1 : .sha256 }
    var description: String { text }
}

/// The hash of a repository's object names.
enum ObjectFormat: String, Sendable {
    case sha1
    case sha256
}
