import Glibc

/// Keeps a second service away from a state directory: an exclusive lock on a file of its own.
///
/// The lock is the process's: it goes with it, however it ends. It is not on the database, because closing any
/// descriptor of that would drop SQLite's own locks.
package struct StateLock: ~Copyable {
    private let descriptor: CInt

    /// Takes the lock at once or not at all.
    ///
    /// - Throws: `Problem`.
    package init(folder: String) throws(Problem) {
        let path = "\(folder)/lock"
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unusable("\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .held
        }
    }

    deinit {
        close(descriptor)
    }

    package enum Problem: Error {
        /// Another service holds it.
        case held
        case unusable(String)
    }
}
