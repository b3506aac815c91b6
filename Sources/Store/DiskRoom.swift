import Glibc

/// The room on the file system of a folder.
package struct DiskRoom: Hashable, Sendable {
    /// What the service may still take.
    package let available: Int64
    package let size: Int64

    package init(available: Int64, size: Int64) {
        self.available = available
        self.size = size
    }

    /// Nil for a folder that cannot be looked at.
    package init?(folder: String) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        available = Int64(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
        size = Int64(clamping: UInt64(status.f_blocks) &* UInt64(status.f_frsize))
    }

    /// The size of a file; nil when there is none.
    package static func bytes(of file: String) -> Int64? {
        var status = stat()
        return stat(file, &status) == 0 ? Int64(status.st_size) : nil
    }
}
