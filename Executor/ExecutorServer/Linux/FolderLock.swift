import Glibc

/// A lock on a file in a folder, held until this value goes or the process ends.
struct FolderLock: ~Copyable {
    /// The lock is held by another process.
    struct Busy: Error, CustomStringConvertible {
        let description = "Another executor serves this folder already."
    }

    private let file: Descriptor

    /// Takes the lock; a held one is waited for, or throws `Busy`.
    init(_ folder: String, name: String, waits: Bool) throws {
        let file = try Descriptor.open("\(folder)/\(name)", O_RDWR | O_CREAT)
        while flock(file.number, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK { throw Busy() }
            throw SystemFailure("lock \(folder)/\(name)")
        }
        self.file = file
    }

    func release() {
        flock(file.number, LOCK_UN)
    }
}
