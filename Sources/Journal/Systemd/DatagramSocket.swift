import Glibc

/// Someone's datagram socket: a path, or a name of the abstract kind, which is written with an `@` in front.
struct DatagramSocket: Sendable {
    private let address: [UInt8]

    init?(_ name: String) {
        var address = Array(name.utf8)
        guard address.count > 1, address.count <= 107, let first = address.first, [0x2F, 0x40].contains(first) else {
            return nil
        }
        if first == 0x40 { address[0] = 0 } else { address.append(0) }
        self.address = address
    }

    /// Whether someone has it open; a file of that name may be there without.
    var isHeard: Bool {
        withConnection { _ in true } ?? false
    }

    /// Sends a message in one datagram; gives up after two seconds.
    func send(_ message: String) -> Bool {
        let bytes = Array(message.utf8)
        return withConnection { descriptor in
            Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
        } ?? false
    }

    private func withConnection(_ body: (CInt) -> Bool) -> Bool? {
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: address) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
        let status = withUnsafePointer(to: &target) { target in
            target.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        return status == 0 ? body(descriptor) : nil
    }
}
