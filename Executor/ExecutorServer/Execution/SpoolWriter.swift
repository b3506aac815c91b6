import ExecutorAPI
import Glibc

/// Cuts an agent's output into frames and writes them to the spool as they come.
///
/// A line is never held in memory: its bytes go to the file at once, with the kind of a whole line in front, and the
/// kind is corrected in place before the frame is shown to anyone when the line turns out cut or unfinished.
/// Not `Sendable`: it belongs to the execution's thread.
final class SpoolWriter {
    /// What a chunk of output brought.
    struct Arrival {
        var lines = 0
        var hasResult = false
    }

    private struct OpenLine {
        /// Where its kind byte is in the file.
        let start: Int
        var length = 0
        var isCut = false
    }

    /// The longest line that is kept whole.
    static let lineLimit = 64 << 20
    /// The most that one `take` is given.
    static let chunkLimit = 256 << 10

    private let file: Descriptor
    private let limit: Int
    private let buffer: UnsafeMutableRawPointer
    private var buffered = 0
    private var flushed = 0
    private var flushedLines = 0
    private var line: OpenLine?

    /// How many bytes of the file are whole frames.
    private(set) var end = 0
    /// How many frames those are.
    private(set) var lines = 0
    /// Why nothing more is taken: the cap's sentence, or what the file system said.
    private(set) var stopped: (reason: ExitRecord.Ending, detail: String)?

    /// - Parameters:
    ///   - file: An empty file, open for reading and writing.
    ///   - limit: How many bytes the agent's frames may take in it.
    init(file: consuming Descriptor, limit: Int) {
        self.file = file
        self.limit = limit
        // Every byte may be a newline, which then gets a kind byte; a cut line's newline may follow.
        buffer = .allocate(byteCount: 2 * Self.chunkLimit + 16, alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    /// Takes a chunk; all of it is in the file on return, as far as the limits allow.
    func take(_ chunk: UnsafeRawBufferPointer) -> Arrival {
        var arrival = Arrival()
        var rest = chunk
        while stopped == nil, let base = rest.baseAddress, !rest.isEmpty {
            guard let newline = memchr(base, 0x0A, rest.count) else {
                add(rest)
                break
            }
            let count = UnsafeRawPointer(newline) - base
            let isWhole = line == nil
            let piece = UnsafeRawBufferPointer(rebasing: rest[..<count])
            add(piece)
            if stopped == nil {
                arrival.hasResult = (isWhole ? ResultLine.matches(piece) : longLineIsResult()) || arrival.hasResult
                close()
                arrival.lines += 1
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[(count + 1)...])
        }
        flush()
        return arrival
    }

    /// Ends a last line that had no newline.
    func finish() {
        guard let line, stopped == nil else { return }
        setKind(line.isCut ? .cut : .partial, at: line.start)
        close()
        flush()
    }

    /// Appends a frame of the executor's own, which no limit stops.
    func append(_ frame: Frame) throws(SystemFailure) {
        let bytes = frame.encoded
        try file.writeAll(bytes)
        flushed += bytes.count
        end = flushed
        lines += 1
    }

    func sync() throws(SystemFailure) {
        try file.sync()
    }

    /// Adds bytes to the open line, opening one where there is none.
    private func add(_ bytes: UnsafeRawBufferPointer) {
        var current = line ?? OpenLine(start: flushed + buffered)
        if line == nil { put(Frame.Kind.line.rawValue) }
        // One byte is kept for the newline.
        let room = limit - (flushed + buffered) - 1
        let wanted = min(bytes.count, Self.lineLimit - current.length)
        let taken = max(0, min(wanted, room))
        if let base = bytes.baseAddress, taken > 0 {
            (buffer + buffered).copyMemory(from: base, byteCount: taken)
            buffered += taken
        }
        current.length += taken
        current.isCut = current.isCut || taken < bytes.count
        line = current
        if wanted > room {
            close()
            flush()
            stopped = stopped ?? (.outputLimit, "The output reached the limit of \(limit) bytes.")
        }
    }

    /// Ends the open line as a whole or a cut one.
    private func close() {
        guard let line else { return }
        if line.isCut { setKind(.cut, at: line.start) }
        put(0x0A)
        lines += 1
        self.line = nil
    }

    private func put(_ byte: UInt8) {
        buffer.storeBytes(of: byte, toByteOffset: buffered, as: UInt8.self)
        buffered += 1
    }

    private func setKind(_ kind: Frame.Kind, at place: Int) {
        if place >= flushed {
            buffer.storeBytes(of: kind.rawValue, toByteOffset: place - flushed, as: UInt8.self)
        } else {
            withUnsafeBytes(of: kind.rawValue) { _ = pwrite(file.number, $0.baseAddress, 1, off_t(place)) }
        }
    }

    private func flush() {
        guard buffered > 0, stopped == nil else { return }
        do {
            try file.writeAll(UnsafeRawBufferPointer(start: buffer, count: buffered))
            flushed += buffered
            flushedLines = lines
            end = line?.start ?? flushed
        } catch {
            // What did not get in as a whole is taken out again, so that the file ends with a whole frame.
            _ = ftruncate(file.number, off_t(end))
            _ = lseek(file.number, off_t(end), SEEK_SET)
            flushed = end
            lines = flushedLines
            line = nil
            stopped = (.storage, "The output could not be stored: \(error).")
        }
        buffered = 0
    }

    /// Whether the open line, which came in several chunks, is a result.
    ///
    /// It is searched for the marker in the file, and read as a whole only where that is found.
    private func longLineIsResult() -> Bool {
        guard let line, !line.isCut else { return false }
        flush()
        var place = line.start + 1
        let lineEnd = place + line.length
        var found = false
        while stopped == nil, !found, place < lineEnd {
            let count = min(Self.chunkLimit, lineEnd - place)
            guard let bytes = try? file.read(at: place, count: count) else { return false }
            found = bytes.withUnsafeBytes { LinuxCalls.contains(ResultLine.marker, in: $0) }
            // The next piece begins early enough to hold a marker that this one cuts.
            place += count < Self.chunkLimit ? count : count - ResultLine.marker.utf8CodeUnitCount
        }
        guard found, let bytes = try? file.read(at: line.start + 1, count: line.length) else { return false }
        return bytes.withUnsafeBytes(ResultLine.matches)
    }
}
