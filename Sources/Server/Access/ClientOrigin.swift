import Glibc
import NIOCore

/// Where a request comes from, as the system tells and nobody can forge.
enum ClientOrigin: Hashable, Sendable {
    case address(String)
    /// The user at the other end of a unix socket; nil when the system does not say.
    case unix(user: UInt32?)

    init(_ channel: any Channel) async {
        if channel.localAddress?.protocol == .unix {
            self = .unix(user: await Self.user(channel))
        } else {
            self = .address(channel.remoteAddress?.ipAddress ?? "")
        }
    }

    /// What wrong tokens are counted by: whoever has one IPv6 address has all of its network's.
    var key: String {
        switch self {
        case .unix: "unix"
        case .address(let text): Self.network(text)
        }
    }

    /// Whether it is root or the service's own user, who could read the database as well.
    var isOwner: Bool {
        if case .unix(let user?) = self { user == 0 || user == geteuid() } else { false }
    }

    /// The name of who needs no token there.
    var name: String {
        switch self {
        case .address: "loopback"
        case .unix(nil): "unix"
        case .unix(let user?): UserNames.describe(user)
        }
    }

    private static func user(_ channel: any Channel) async -> UInt32? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let name = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        let future: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(level: .socket, name: name)
        return try? await future.get().user
    }

    private static func network(_ text: String) -> String {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return text }
        let bytes = withUnsafeBytes(of: address) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMapped { return bytes.suffix(4).map(String.init).joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}

/// What Linux calls `struct ucred`: three numbers of 32 bits.
private struct PeerCredentials: Sendable {
    let process: Int32
    let user: UInt32
    let group: UInt32
}
