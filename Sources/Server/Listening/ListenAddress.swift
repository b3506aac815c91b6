import Glibc

/// Where a listener listens.
package enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A TCP port; the host is a literal address or `localhost`.
    case tcp(host: String, port: Int)
    case unix(path: String)

    /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
    ///
    /// - Throws: `ListenError`, which says what would be right.
    package init(parsing text: String) throws(ListenError) {
        guard let colon = text.lastIndex(of: ":"),
            text[colon...].dropFirst().utf8.allSatisfy({ (48...57).contains($0) }),
            let port = UInt16(text[colon...].dropFirst())
        else { throw ListenError("\(text) is no HOST:PORT, such as 127.0.0.1:4000") }
        guard colon > text.startIndex else {
            throw ListenError("\(text) names no host; 0.0.0.0:\(port) is every address")
        }
        guard let host = Self.host(text[..<colon]) else {
            throw ListenError("\(text): the host must be an address (IPv6 in brackets) or localhost")
        }
        self = .tcp(host: host, port: Int(port))
    }

    /// A literal address without its brackets, or `localhost`; other names may be anyone's.
    private static func host(_ text: Substring) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = String(text.dropFirst().dropLast())
            return isAddress(inner, AF_INET6) ? inner : nil
        }
        return text == "localhost" || isAddress(String(text), AF_INET) ? String(text) : nil
    }

    private static func isAddress(_ text: String, _ family: CInt) -> Bool {
        var address = in6_addr()
        return inet_pton(family, text, &address) == 1
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }

    /// Whether only this machine reaches it.
    package var isLocal: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }
}

/// A listener that cannot be had.
package struct ListenError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
