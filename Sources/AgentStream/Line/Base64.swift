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
