import Glibc

/// A repository's index as a file.
enum IndexFile {
    /// The largest that is taken.
    private static let limit = 256 << 20

    /// Copies it to a new file, following no link that the agent may have put at either place.
    static func copy(_ path: String, to copy: String) throws(SystemFailure) {
        let file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemFailure("stat") }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            throw SystemFailure("read \(path)", code: EFBIG)
        }
        unlink(copy)
        let target = try Descriptor.open(copy, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try file.copyAll(to: target)
    }
}
