import Glibc
import Synchronization

/// A file that grows aside up to a limit and gets its name when it is complete; else it goes.
final class CappedFile: Sendable {
    private let path: String
    private let limit: Int
    private let file: Descriptor
    private let size = Mutex(0)

    init(_ path: String, limit: Int) throws(SystemFailure) {
        self.path = path
        self.limit = limit
        file = try Descriptor.open("\(path).part", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
    }

    deinit {
        unlink("\(path).part")
    }

    /// Adds bytes; false when they would not fit.
    func take(_ bytes: UnsafeRawBufferPointer) throws(SystemFailure) -> Bool {
        let fits = size.withLock { size in
            size += bytes.count
            return size <= limit
        }
        if fits { try file.writeAll(bytes) }
        return fits
    }

    /// Gives the file its name and tells its size.
    func keep() throws(SystemFailure) -> Int {
        try file.sync()
        try SafeFile.rename("\(path).part", to: path)
        return size.withLock { $0 }
    }
}
