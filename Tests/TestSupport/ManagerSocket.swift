import Foundation
import Glibc

/// A service manager's end of `NOTIFY_SOCKET`.
package final class ManagerSocket: Sendable {
    /// As it stands in the variable: a path, or an abstract name behind an `@`.
    package let name: String
    /// What it is told, a datagram each; single use.
    package let messages: AsyncStream<String>
    private let descriptor: CInt

    package struct NotBound: Error {
        package let name: String
    }

    package init(_ name: String) throws {
        self.name = name
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 } else { bytes.append(0) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard status == 0 else { throw NotBound(name: name) }
        let (messages, continuation) = AsyncStream.makeStream(of: String.self)
        self.messages = messages
        let thread = Thread {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                // Nobody sends an empty one: it is the end that `close` made.
                guard count > 0 else { break }
                continuation.yield(String(decoding: buffer.prefix(count), as: UTF8.self))
            }
            continuation.finish()
            Glibc.close(descriptor)
        }
        thread.start()
    }

    /// Ends the stream.
    package func close() {
        shutdown(descriptor, CInt(SHUT_RDWR))
        if !name.hasPrefix("@") { unlink(name) }
    }
}
