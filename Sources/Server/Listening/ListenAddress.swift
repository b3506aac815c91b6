/// Where a listener listens.
package enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A TCP port; the host is a literal address or `localhost`.
    case tcp(host: String, port: Int)
    case unix(path: String)

    /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
    ///
    /// - Throws: `ListenError`, which says what would be right.
    package init(parsing text: String) throws(ListenError) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw ListenError("\(text) is no HOST:PORT, such as 127.0.0.1:4000") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { throw ListenError("\(text) names no host; 0.0.0.0:\(port) is every address") }
        self = .tcp(host: host, port: port)
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
