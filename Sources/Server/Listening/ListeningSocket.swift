import Glibc

/// A listening descriptor, bound by us or inherited: from here on both are served alike.
package struct ListeningSocket: Sendable {
    package let descriptor: CInt
    /// Where it really listens: with the port that the system chose, where 0 was asked for.
    package let address: ListenAddress
    /// Whether somebody else bound it, whose the path is.
    package let isInherited: Bool

    private static let backlog: CInt = 4096

    /// Binds and listens.
    package init(binding address: ListenAddress) throws(ListenError) {
        switch address {
        case .unix(let path): try self.init(unix: path)
        case .tcp(let host, let port): try self.init(host: host, port: port)
        }
    }

    /// Takes over a socket that somebody else bound.
    ///
    /// - Parameter descriptor: A listening stream socket of TCP or the unix kind.
    /// - Throws: `ListenError` when it is none.
    package init(inheriting descriptor: CInt) throws(ListenError) {
        guard Self.option(SO_ACCEPTCONN, of: descriptor) == 1,
            Self.option(SO_TYPE, of: descriptor) == CInt(SOCK_STREAM.rawValue),
            let address = ListenAddress(of: descriptor)
        else { throw ListenError("descriptor \(descriptor) is no listening stream socket of TCP or the unix kind") }
        self.descriptor = descriptor
        self.address = address
        isInherited = true
    }

    private static func option(_ option: CInt, of descriptor: CInt) -> CInt? {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : nil
    }

    private init(unix path: String) throws(ListenError) {
        guard (1...107).contains(path.utf8.count) else {
            throw ListenError("the socket path \(path) has \(path.utf8.count) bytes; 1 to 107 are possible")
        }
        guard !Self.isServed(path) else { throw ListenError("another service listens on \(path)") }
        let descriptor = try Self.made(AF_UNIX)
        // A socket that a killed service left: who holds the state directory's lock may take its place.
        if Self.isSocket(path) { unlink(path) }
        let bound = Self.withAddress(path) { bind(descriptor, $0, $1) }
        guard bound == 0, chmod(path, 0o660) == 0, listen(descriptor, Self.backlog) == 0 else {
            throw Self.failure("cannot listen on \(path)", descriptor)
        }
        self.descriptor = descriptor
        address = .unix(path: path)
        isInherited = false
    }

    private init(host: String, port: Int) throws(ListenError) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0, let found = list?.pointee else {
            throw ListenError("\(host): \(String(cString: gai_strerror(status)))")
        }
        let descriptor = try Self.made(found.ai_family)
        var on: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        guard bind(descriptor, found.ai_addr, found.ai_addrlen) == 0, listen(descriptor, Self.backlog) == 0 else {
            throw Self.failure("cannot listen on \(host):\(port)", descriptor)
        }
        self.descriptor = descriptor
        address = .tcp(host: host, port: port == 0 ? ListenAddress.port(of: descriptor) : port)
        isInherited = false
    }

    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Whether somebody answers at a path.
    package static func isServed(_ path: String) -> Bool {
        guard (1...107).contains(path.utf8.count) else { return false }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withAddress(path) { connect(descriptor, $0, $1) } == 0
    }

    private static func isSocket(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    private static func made(_ family: CInt) throws(ListenError) -> CInt {
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("cannot make a socket", nil) }
        return descriptor
    }

    private static func failure(_ text: String, _ descriptor: CInt?) -> ListenError {
        let reason = String(cString: strerror(errno))
        if let descriptor { close(descriptor) }
        return ListenError("\(text): \(reason)")
    }
}
