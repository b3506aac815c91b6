import Glibc
import NIOCore

/// Reads an execution's frames from its spool, waiting for more until the exit frame, in bounded memory.
struct SpoolReader: ~Copyable {
    private static let chunk = 256 << 10

    private let execution: Execution
    private let file: Descriptor
    private var place = 0
    private var linesToSkip: Int

    /// Begins at the frame after those that the reader has already.
    init(_ execution: Execution, after line: Int) throws(SystemFailure) {
        self.execution = execution
        file = try Descriptor.open(execution.spool, O_RDONLY)
        linesToSkip = line
    }

    /// The next bytes, at a frame's border only at the beginning and the end; nil after the exit frame.
    mutating func next() async throws -> ByteBuffer? {
        while true {
            let progress = try await execution.progress(beyond: place)
            guard place < progress.end else { return takeUnwritten(progress) }
            let bytes = try file.read(at: place, count: min(Self.chunk, progress.end - place))
            guard !bytes.isEmpty else { throw SystemFailure("read the spool", code: EIO) }
            place += bytes.count
            let rest = skipLines(in: bytes)
            if !rest.isEmpty { return ByteBuffer(bytes: rest) }
        }
    }

    private mutating func takeUnwritten(_ progress: Execution.Progress) -> ByteBuffer? {
        guard !progress.unwritten.isEmpty, place <= progress.end, linesToSkip == 0 else { return nil }
        place = progress.end + 1
        return ByteBuffer(bytes: progress.unwritten)
    }

    private mutating func skipLines(in bytes: [UInt8]) -> ArraySlice<UInt8> {
        guard linesToSkip > 0 else { return bytes[...] }
        let skipped = bytes.withUnsafeBytes { buffer in
            var start = 0
            while linesToSkip > 0, let base = buffer.baseAddress,
                let newline = memchr(base + start, 0x0A, buffer.count - start)
            {
                start = UnsafeRawPointer(newline) - base + 1
                linesToSkip -= 1
            }
            return linesToSkip > 0 ? buffer.count : start
        }
        return bytes[skipped...]
    }
}
