import Glibc
import Synchronization

/// Writes whole lines to a descriptor; lines of several threads do not mix.
final class LineWriter: Sendable {
    private let descriptor: CInt
    private let failures = Mutex<UInt64>(0)

    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// How many lines could not be written.
    var failed: UInt64 { failures.withLock { $0 } }

    /// Writes a line; the bytes end with a line feed.
    func write(_ line: [UInt8]) {
        failures.withLock { failed in
            if !writeAll(line) { failed += 1 }
        }
    }

    private func writeAll(_ line: [UInt8]) -> Bool {
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

    /// Someone may have made the descriptor non-blocking; who reads it gets a second.
    private func waitForRoom() -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&wanted, 1, 1000) > 0 && wanted.revents & Int16(POLLOUT) != 0
    }
}
