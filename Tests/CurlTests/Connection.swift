import Glibc
import Synchronization

/// One accepted connection, for the blocking script of a `TestServer`.
final class Connection: Sendable {
    /// A request as it was read, its head as text.
    struct Request: Sendable {
        var head: String
        var body: [UInt8]

        var line: String { String(head.prefix { $0 != "\r\n" }) }

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts[0].lowercased() == name {
                    return parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
                }
            }
            return nil
        }
    }

    private let descriptor: Int32
    private let isClosed = Mutex(false)

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The next request, `nil` when the client has closed.
    func readRequest() -> Request? {
        var head: [UInt8] = []
        while !head.hasSuffix("\r\n\r\n") {
            guard let byte = read(upTo: 1)?.first else { return nil }
            head.append(byte)
        }
        var request = Request(head: String(decoding: head, as: UTF8.self), body: [])
        let length = request.header("content-length").flatMap { Int($0) } ?? 0
        while request.body.count < length {
            guard let bytes = read(upTo: length - request.body.count) else { return nil }
            request.body += bytes
        }
        return request
    }

    /// Sends everything; `false` when the client is gone.
    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// A whole response with its length.
    @discardableResult
    func respond(_ status: String = "200 OK", headers: [String] = [], _ body: [UInt8] = []) -> Bool {
        let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.count)", "", ""]
        return write(Array(lines.joined(separator: "\r\n").utf8) + body)
    }

    @discardableResult
    func respond(_ body: String) -> Bool { respond("200 OK", Array(body.utf8)) }

    /// Sends everything, and reports each time the client takes nothing for so long.
    ///
    /// A plain blocking `write` could stall half-way through, where nobody would hear of it.
    @discardableResult
    func write(_ bytes: [UInt8], stall milliseconds: Int32, onStall: () -> Void) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if Glibc.poll(&poll, 1, milliseconds) == 0 {
                onStall()
                continue
            }
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EAGAIN { return false }
        }
        return true
    }

    /// Whether the client sends or closes within the time.
    func isReadable(within milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, milliseconds) > 0
    }

    /// Blocks until the client closes, whatever it sends before.
    func waitForClose() {
        while read(upTo: 4096) != nil {}
    }

    /// Makes the next `close` send a reset instead of an end (TCP only).
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout.size(ofValue: option)))
    }

    func close() {
        isClosed.withLock { isClosed in
            if !isClosed { Glibc.close(descriptor) }
            isClosed = true
        }
    }

    /// Wakes the script with an end of the connection.
    func interrupt() {
        isClosed.withLock { isClosed in
            if !isClosed { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func read(upTo count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: min(count, 65_536))
        let read = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        return read > 0 ? Array(bytes.prefix(read)) : nil
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
