import Glibc

/// Writes whole lines to a descriptor; for one thread at a time.
struct LineWriter: Sendable {
    let descriptor: CInt

    /// Writes a line, which ends with a line feed, and waits as long as its reader does not take it.
    func write(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN, waitForRoom() { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    /// Someone who has the descriptor as well may have made it non-blocking.
    private func waitForRoom() -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&wanted, 1, -1) < 0 {
            guard errno == EINTR else { return false }
        }
        return wanted.revents & Int16(POLLOUT) != 0
    }
}
