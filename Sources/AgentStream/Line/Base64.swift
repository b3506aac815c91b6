/// Base64 (RFC 4648, section 4, with padding) into a buffer.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    static func append(_ bytes: [UInt8], to buffer: inout [UInt8]) {
        let encoded = [UInt8](unsafeUninitializedCapacity: encodedCount(bytes.count)) { output, count in
            bytes.withUnsafeBufferPointer { input in
                alphabet.withUnsafeBufferPointer { count = encode(input, to: output, alphabet: $0) }
            }
        }
        buffer.append(contentsOf: encoded)
    }

    /// How many bytes a text of base64 stands for, if it is valid.
    static func decodedCount(_ text: String) -> Int {
        let padding = text.utf8.suffix(2).reduce(0) { $1 == UInt8(ascii: "=") ? $0 + 1 : $0 }
        return max(0, text.utf8.count / 4 * 3 - padding)
    }

    static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count % 4 == 0 else { return false }
        let padding = bytes.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return bytes.dropLast(padding).allSatisfy { sextet($0) != nil }
    }

    /// The bytes; nil when the text is no base64.
    static func decoded(_ text: String) -> [UInt8]? {
        guard isValid(text) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(decodedCount(text))
        var group: UInt32 = 0
        var bits = 0
        for byte in text.utf8 {
            guard let value = sextet(byte) else { break }
            group = group << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return bytes
    }

    private static func sextet(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    private static func encode(
        _ input: UnsafeBufferPointer<UInt8>,
        to output: UnsafeMutableBufferPointer<UInt8>,
        alphabet: UnsafeBufferPointer<UInt8>
    ) -> Int {
        var written = 0
        func put(_ group: UInt32, characters: Int) {
            for index in 0..<4 {
                let sextet = Int(group >> UInt32(18 - 6 * index)) & 63
                output.initializeElement(at: written, to: index < characters ? alphabet[sextet] : UInt8(ascii: "="))
                written += 1
            }
        }
        var read = 0
        while input.count - read >= 3 {
            put(UInt32(input[read]) << 16 | UInt32(input[read + 1]) << 8 | UInt32(input[read + 2]), characters: 4)
            read += 3
        }
        switch input.count - read {
        case 2: put(UInt32(input[read]) << 16 | UInt32(input[read + 1]) << 8, characters: 3)
        case 1: put(UInt32(input[read]) << 16, characters: 2)
        default: break
        }
        return written
    }
}
