/// A request with its limits.
package struct HTTPRequest: Sendable {
    package var method: String
    /// An absolute `http` or `https` URL; with a unix socket its host is only the `Host` header.
    package var url: String
    package var unixSocket: String?
    package var headers: HTTPHeaders
    /// `nil` sends none, but `POST` and `PUT` then say `Content-Length: 0`.
    package var body: [UInt8]?
    /// For `send` the whole exchange, for `stream` the time until the response head.
    package var timeout: Duration
    /// For `stream`: how long the server may send nothing after the head; `nil` is for ever.
    ///
    /// The time in which a slow reader holds the server back does not count.
    package var maximumSilence: Duration?
    /// For `send`: a longer body ends the request with `.tooLarge`.
    package var maximumBody: Int
    /// Whether an idle connection may be used, and this one kept.
    ///
    /// When a kept connection breaks before the first byte of the response, libcurl repeats the request once on a new
    /// one, whatever the method: forbid reuse where the server must not see a request twice.
    package var reusesConnection: Bool

    package init(
        method: String = "GET",
        url: String,
        unixSocket: String? = nil,
        headers: HTTPHeaders = [:],
        body: [UInt8]? = nil,
        timeout: Duration = .seconds(30),
        maximumSilence: Duration? = nil,
        maximumBody: Int = 16 * 1024 * 1024,
        reusesConnection: Bool = true
    ) {
        self.method = method
        self.url = url
        self.unixSocket = unixSocket
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumSilence = maximumSilence
        self.maximumBody = maximumBody
        self.reusesConnection = reusesConnection
    }
}

/// Without path, query, header values and body, each of which may hold a secret.
extension HTTPRequest: CustomStringConvertible {
    package var description: String {
        let target = unixSocket.map { "unix:\($0)" } ?? origin
        return "\(method) \(target)"
    }

    /// The URL's scheme, host and port.
    private var origin: String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return "(no origin)" }
        let authority = parts[2].prefix { $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return "\(parts[0])//\(host)"
    }
}
