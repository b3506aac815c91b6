import Glibc

/// A repository's index as a file.
enum IndexFile {
    /// Reads it, following no link that the agent may have put there.
    static func read(_ path: String) throws(SystemFailure) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemFailure("stat") }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= 256 << 20 else {
            throw SystemFailure("read \(path)", code: EFBIG)
        }
        return try file.read(at: 0, count: Int(status.st_size))
    }
}
