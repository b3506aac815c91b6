import Glibc
import Model

/// Reads an execution's spool as a file, for when no executor answers.
enum SpoolFile {
    private static let chunkBytes = 256 << 10

    /// The bytes of the file in chunks; nothing for a file that is not there.
    ///
    /// Each chunk is read when it is asked for.
    static func chunks(of path: String) -> ByteSource {
        let descriptor = Descriptor(path)
        return {
            let chunk = try descriptor.read(chunkBytes)
            return chunk.isEmpty ? nil : chunk
        }
    }

    private final class Descriptor: Sendable {
        private let number: CInt

        init(_ path: String) {
            number = open(path, O_RDONLY | O_CLOEXEC)
        }

        deinit {
            if number >= 0 { close(number) }
        }

        func read(_ count: Int) throws -> [UInt8] {
            guard number >= 0 else { return [] }
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let got = Glibc.read(number, buffer.baseAddress, count)
                guard got >= 0 else {
                    throw RuntimeError(.unreachable, "The spool cannot be read: \(String(cString: strerror(errno)))")
                }
                filled = got
            }
        }
    }
}
