import Foundation
import Glibc
import Synchronization

/// Stands on a unix socket before another one, and holds what passes at one place until it may go on or its client dies.
final class SocketProxy: Sendable {
    /// A place where something is held.
    struct Point: Sendable {
        enum Half: Sendable {
            /// Before the other side knows of it.
            case request
            /// When the other side has done it and the client does not know.
            case response
        }

        let method: String
        /// What the path has in it.
        let path: String
        let half: Half
        /// What the response has in it from there on.
        var marker = ""

        fileprivate func isCalled(by head: String) -> Bool {
            let line = head.prefix { $0 != "\r\n" && $0 != "\n" }
            return line.hasPrefix("\(method) ") && line.contains(path)
        }
    }

    struct Failed: Error {
        let call: String
        let code = errno
    }

    let path: String
    private let target: String
    private let listener: CInt
    private let armed = Mutex<Armed?>(nil)
    /// Closed ends of pipes wake those that wait for them.
    private let release = Mutex<[CInt]>([])

    private struct Armed: Sendable {
        let point: Point
        /// Gets word of everything that is held there.
        let held: AsyncStream<Void>.Continuation
    }

    /// Listens at `path`, where nothing may be, for everybody; what comes goes on to `target`.
    init(at path: String, before target: String) throws {
        self.path = path
        self.target = target
        listener = try Self.socket()
        guard Self.with(path, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0, chmod(path, 0o666) == 0
        else { throw Failed(call: "listen at \(path)") }
        let accept: @Sendable () -> Void = { [listener, weak self] in
            while true {
                let client = Glibc.accept(listener, nil, nil)
                if client < 0 && (errno == EINTR || errno == ECONNABORTED) { continue }
                guard client >= 0, let self else { break }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                Thread.detachNewThread { self.serve(client) }
            }
            close(listener)
        }
        Thread.detachNewThread(accept)
    }

    /// Holds what passes there from now on, and tells.
    func hold(_ point: Point) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        armed.withLock { $0 = Armed(point: point, held: continuation) }
        return stream
    }

    /// Lets everything pass, what is held too.
    func disarm() {
        armed.withLock { $0 = nil }
        for end in release.withLock({ ends in
            defer { ends = [] }
            return ends
        }) { close(end) }
    }

    /// Listens no more.
    func end() {
        disarm()
        unlink(path)
        shutdown(listener, CInt(SHUT_RDWR))
    }

    private func serve(_ client: CInt) {
        defer { close(client) }
        guard let server = try? Self.socket() else { return }
        defer { close(server) }
        guard Self.with(target, { connect(server, $0, $1) }) == 0 else { return }
        var armed: Armed?
        var isFirst = true
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            var ends = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&ends, 2, -1) > 0 else { continue }
            if ends[0].revents != 0 {
                let count = read(client, &buffer, buffer.count)
                guard count > 0 else { return }
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                if isFirst { armed = self.armed.withLock { $0 }.flatMap { $0.point.isCalled(by: text) ? $0 : nil } }
                isFirst = false
                if let armed, armed.point.half == .request, !hold(client, armed) { return }
                guard Self.write(buffer[..<count], to: server) else { return }
            }
            if ends[1].revents != 0 {
                let count = read(server, &buffer, buffer.count)
                guard count > 0 else { return }
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                if let place = armed, place.point.half == .response,
                    place.point.marker.isEmpty || text.contains(place.point.marker)
                {
                    guard hold(client, place) else { return }
                    armed = nil
                }
                guard Self.write(buffer[..<count], to: client) else { return }
            }
        }
    }

    /// Waits until what is held may go on; false when its client is gone.
    private func hold(_ client: CInt, _ armed: Armed) -> Bool {
        var gate: [CInt] = [0, 0]
        guard pipe(&gate) == 0 else { return false }
        for end in gate { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(gate[0]) }
        release.withLock { $0.append(gate[1]) }
        armed.held.yield()
        // Nothing is asked of the client's end: that it was hung up is told all the same.
        var ends = [
            pollfd(fd: gate[0], events: Int16(POLLIN), revents: 0), pollfd(fd: client, events: 0, revents: 0),
        ]
        while poll(&ends, 2, -1) < 0 {}
        return ends[1].revents == 0
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.send(
                    descriptor,
                    UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                    rest.count,
                    CInt(MSG_NOSIGNAL)
                )
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func socket() throws -> CInt {
        let descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failed(call: "socket") }
        return descriptor
    }

    /// A connected socket whose other end is at `path`, with bytes already on their way.
    static func send(_ text: String, to path: String) throws -> CInt {
        let descriptor = try socket()
        guard with(path, { connect(descriptor, $0, $1) }) == 0, write([UInt8](text.utf8)[...], to: descriptor) else {
            close(descriptor)
            throw Failed(call: "connect to \(path)")
        }
        return descriptor
    }

    private static func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path.utf8.prefix(bytes.count - 1))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
