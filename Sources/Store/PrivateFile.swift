import Glibc

/// Files that only the service's user may read.
enum PrivateFile {
    /// Makes an empty file unless there is one.
    ///
    /// A database that is there is not opened here: closing it would drop the locks that SQLite may hold on it.
    static func make(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw failure(path)
        }
    }

    /// Has a file that nobody has open reach the disk.
    static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    static func failure(_ path: String) -> StoreError {
        let code: StoreError.Code = errno == ENOSPC ? .noRoom : .unusable
        return StoreError(code, "\(path): \(String(cString: strerror(errno)))")
    }
}
