import CSystemd
import Glibc

/// The journal's own protocol, through libsystemd.
enum JournalSocket {
    static let path = "/run/systemd/journal/socket"

    /// Whether journald listens there, as far as this process may see.
    static var isThere: Bool { DatagramSocket(path)?.isHeard ?? false }

    /// Sends an entry and waits as long as journald does not take it; answers whether it was taken.
    ///
    /// libsystemd reports success when there is no socket, so that is looked for first.
    static func send(_ entry: JournalEntry) -> Bool {
        guard access(path, F_OK) == 0 else { return false }
        var bytes = entry.bytes
        return bytes.withUnsafeMutableBytes { buffer in
            var start = 0
            var parts: [iovec] = []
            for end in entry.ends {
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end])
                parts.append(iovec(iov_base: part.baseAddress, iov_len: part.count))
                start = end
            }
            return sd_journal_sendv(parts, CInt(parts.count)) == 0
        }
    }
}
