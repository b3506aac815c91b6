import Glibc

/// Cuts a byte stream into frames, whatever the chunks are.
package struct FrameDecoder: Sendable {
    /// What stands where a frame's kind byte should be.
    package struct UnknownKind: Error, Hashable {
        package let byte: UInt8
    }

    private var rest: [UInt8] = []

    package init() {}

    /// Whether bytes of an unfinished frame are held.
    package var isMidFrame: Bool { !rest.isEmpty }

    /// The frames that `chunk` completes, in order.
    ///
    /// - Throws: `UnknownKind` when a frame begins with no known kind byte; the stream is then not an executor's.
    package mutating func decode(_ chunk: [UInt8]) throws(UnknownKind) -> [Frame] {
        var frames: [Frame] = []
        var start = 0
        while let end = Self.newline(in: chunk, from: start) {
            if rest.isEmpty {
                frames.append(try Self.frame(chunk[start..<end]))
            } else {
                rest.append(contentsOf: chunk[start..<end])
                frames.append(try Self.frame(rest[...]))
                rest = []
            }
            start = end + 1
        }
        rest.append(contentsOf: chunk[start...])
        return frames
    }

    private static func frame(_ bytes: ArraySlice<UInt8>) throws(UnknownKind) -> Frame {
        guard let first = bytes.first, let kind = Frame.Kind(rawValue: first) else {
            throw UnknownKind(byte: bytes.first ?? 0x0A)
        }
        return Frame(kind: kind, body: [UInt8](bytes.dropFirst()))
    }

    private static func newline(in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, start < buffer.count,
                let found = memchr(base + start, 0x0A, buffer.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
