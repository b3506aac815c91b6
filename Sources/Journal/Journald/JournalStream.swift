import Glibc

/// Whether a descriptor leads to the journal.
enum JournalStream {
    /// Compares the descriptor with `JOURNAL_STREAM`: the variable alone is inherited by those whose output goes elsewhere.
    static func leads(from descriptor: CInt, _ environment: [String: String]) -> Bool {
        guard let stream = environment["JOURNAL_STREAM"] else { return false }
        return stream == identity(of: descriptor)
    }

    /// Device and inode, as systemd writes them.
    static func identity(of descriptor: CInt) -> String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        return "\(status.st_dev):\(status.st_ino)"
    }
}
