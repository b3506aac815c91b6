import Glibc

/// The three standard streams, unbuffered.
enum Standard {
    static func readAll() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    static func write(_ bytes: [UInt8], to descriptor: CInt = STDOUT_FILENO) {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { exit(74) }
            start += count
        }
    }

    static func line(_ text: String) {
        write([UInt8](text.utf8) + [0x0A])
    }

    static func error(_ text: String) {
        write([UInt8](text.utf8), to: STDERR_FILENO)
    }
}
