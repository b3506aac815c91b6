import Foundation
import Glibc

/// A file that has its name only once it is whole, and never takes another's place.
final class FileAside: Sendable {
    private let path: String
    /// The name that it will have.
    var name: String { (path as NSString).lastPathComponent }
    /// Where it is until then.
    let aside: String
    private let descriptor: CInt

    /// Begins a file that only its owner may read.
    ///
    /// - Throws: `Failure` when there is one of the name, or none can be made.
    init(_ path: String) throws(Failure) {
        self.path = path
        aside = "\(path).part-\(getpid())"
        var status = stat()
        guard lstat(path, &status) != 0 else { throw Failure("\(path) is there already", code: EX_CANTCREAT) }
        descriptor = open(aside, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(aside) }
    }

    deinit {
        close(descriptor)
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(aside + suffix) }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw Self.failure(aside) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    /// Gives it its name, on the disk; answers its size.
    func finish() throws(Failure) -> Int64 {
        var status = stat()
        guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else { throw Self.failure(aside) }
        // Unlike a rename this fails when somebody has made one of the name meanwhile.
        guard link(aside, path) == 0 else { throw Self.failure(path) }
        let parent = (path as NSString).deletingLastPathComponent
        let folder = open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
        return Int64(status.st_size)
    }

    private static func failure(_ path: String) -> Failure {
        Failure("\(path): \(String(cString: strerror(errno)))", code: EX_CANTCREAT)
    }
}
