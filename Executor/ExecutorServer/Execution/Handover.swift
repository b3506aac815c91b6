import Glibc

/// Bytes that a program is given by a descriptor, so that they stand in no argument, environment or file.
enum Handover: Hashable, Sendable {
    /// Whoever reads them first empties the descriptor; at most what a pipe takes.
    case once([UInt8])
    /// They can be read again and by a path.
    case file([UInt8])

    /// The descriptor of a program's first handover; the others follow.
    static let firstDescriptor = 4

    /// A descriptor that holds the bytes and that the caller closes.
    func open() throws(SystemFailure) -> CInt {
        switch self {
        case .once(let bytes): try Self.pipe(holding: bytes)
        case .file(let bytes): try Self.memoryFile(holding: bytes)
        }
    }

    private static func pipe(holding bytes: [UInt8]) throws(SystemFailure) -> CInt {
        let pipe = try Pipe.open()
        defer { close(pipe.writing) }
        // Nobody reads yet: what does not fit must not block for ever.
        _ = fcntl(pipe.writing, F_SETFL, fcntl(pipe.writing, F_GETFL) | O_NONBLOCK)
        guard write(pipe.writing, bytes, bytes.count) == bytes.count else {
            let failure = SystemFailure("write to a pipe")
            close(pipe.reading)
            throw failure
        }
        return pipe.reading
    }

    /// A file without a name that holds the bytes, read from its beginning.
    static func memoryFile(holding bytes: [UInt8]) throws(SystemFailure) -> CInt {
        guard let number = LinuxCalls.memoryFile(named: "caretaker") else { throw SystemFailure("memfd_create") }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(number, $0.baseAddress.map { $0 + written }, $0.count - written) }
            guard count > 0 else {
                let failure = SystemFailure("write")
                close(number)
                throw failure
            }
            written += count
        }
        lseek(number, 0, SEEK_SET)
        return number
    }
}
