import Foundation
import Glibc
import Synchronization

/// A server on plain sockets, a thread for each connection, which runs a script.
final class TestServer: Sendable {
    typealias Script = @Sendable (Connection) -> Void

    private struct State {
        var connections: [Connection] = []
        var isStopped = false
        var isAccepting = false
        var isListenerClosed = false
    }

    let listener: Int32
    let socketPath: String?
    let port: UInt16
    private let script: Script
    private let state = Mutex(State())

    /// On a unix socket of its own, or on a free port of 127.0.0.1.
    init(tcp: Bool = false, backlog: Int32 = 256, script: @escaping Script) throws {
        self.script = script
        if tcp {
            socketPath = nil
            (listener, port) = try Self.listenOnLoopback(backlog: backlog)
        } else {
            let path = "/tmp/curl-test-\(UUID().uuidString).sock"
            socketPath = path
            port = 0
            listener = try Self.listen(path: path, backlog: backlog)
        }
    }

    /// Starts accepting, until `stop`.
    func start() -> TestServer {
        state.withLock { $0.isAccepting = true }
        Thread.detachNewThread {
            while true {
                let descriptor = accept(self.listener, nil, nil)
                // A test's child process must not hold a copy open.
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                if descriptor < 0 || !self.serve(descriptor) { break }
            }
            // Not before: the number may be another server's as soon as it is closed.
            self.closeListener()
        }
        return self
    }

    /// Refuses new connections and ends those there are.
    func stop() {
        stopListening()
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        for connection in connections { connection.interrupt() }
        if let socketPath { unlink(socketPath) }
    }

    /// Refuses new connections.
    func stopListening() {
        let isAccepting = state.withLock { state in
            if !state.isListenerClosed { shutdown(listener, Int32(SHUT_RDWR)) }
            return state.isAccepting
        }
        if !isAccepting { closeListener() }
    }

    var connectionCount: Int { state.withLock { $0.connections.count } }

    private func serve(_ descriptor: Int32) -> Bool {
        let connection = Connection(descriptor: descriptor)
        let isStopped = state.withLock { state in
            state.connections.append(connection)
            return state.isStopped
        }
        if isStopped {
            connection.close()
            return false
        }
        let script = script
        Thread.detachNewThread {
            script(connection)
            connection.close()
        }
        return true
    }

    private func closeListener() {
        state.withLock { state in
            if !state.isListenerClosed { close(listener) }
            state.isListenerClosed = true
        }
    }

    private static func listenOnLoopback(backlog: Int32) throws -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout.size(ofValue: address))
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                try check(bind(descriptor, pointer, length))
                try check(Glibc.listen(descriptor, backlog))
                try check(getsockname(descriptor, pointer, &length))
            }
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private static func listen(path: String, backlog: Int32) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout.size(ofValue: address))
        try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                try check(bind(descriptor, pointer, length))
                try check(Glibc.listen(descriptor, backlog))
            }
        }
        return descriptor
    }

    private static func check(_ result: Int32) throws {
        if result < 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}
