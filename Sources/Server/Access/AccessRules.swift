import Crypto
import HTTPTypes

/// Who may use a listener.
package struct AccessRules: Sendable {
    private let hosts: HostCheck
    /// Which pages of other origins may use it.
    let origins: OriginCheck
    /// The SHA-256 of the token that every request must carry; nil where none is needed.
    private let tokenHash: SHA256Digest?

    /// Makes the rules of one listener.
    ///
    /// - Parameters:
    ///   - allowedHosts: Names for the `Host` header beside those of loopback.
    ///   - allowedOrigins: Origins of foreign pages; `*` is all.
    ///   - token: The token that requests must carry; nil on loopback and unix sockets.
    package init(allowedHosts: [String], allowedOrigins: [String], token: String?) {
        hosts = HostCheck(allowed: allowedHosts)
        origins = OriginCheck(allowed: allowedOrigins)
        tokenHash = token.map { SHA256.hash(data: Array($0.utf8)) }
    }

    /// Why a request may not go on, whoever sends it; nil when it may.
    func refusal(of request: HTTPRequest) -> Refusal? {
        // A second Host stays among the fields: who would believe which of the two cannot be known.
        guard let host = request.authority, hosts.allows(host), !request.headerFields.hasHost else {
            return Refusal(
                status: 421,
                text: "This Host is not served here; server.allowed_hosts adds names.\n"
            )
        }
        // Nothing is done for OPTIONS, so that there is nothing to guard.
        if request.method == .options { return nil }
        let isNavigation =
            request.headerFields[.secFetchMode] == "navigate" && (request.method == .get || request.method == .head)
        let isAllowed = origins.allows(
            origin: request.headerFields[.origin],
            host: host,
            fetchSite: request.headerFields[.secFetchSite],
            isNavigation: isNavigation
        )
        return isAllowed
            ? nil
            : Refusal(
                status: 403,
                text: "Pages of this origin may not use the service; server.allowed_origins adds origins.\n"
            )
    }

    /// Whether the headers show the listener's token, or none is needed.
    func isAuthorized(_ request: HTTPRequest) -> Bool {
        guard tokenHash != nil else { return true }
        guard let header = request.headerFields[.authorization], header.lowercased().hasPrefix("bearer ") else {
            return false
        }
        return opens(with: String(header.dropFirst(7)))
    }

    /// Whether this is the listener's token, or none is needed.
    func opens(with token: String) -> Bool {
        guard let tokenHash else { return true }
        // Digests compare in constant time.
        return SHA256.hash(data: Array(token.utf8)) == tokenHash
    }
}

/// An answer to a request that may not go on.
struct Refusal: Sendable {
    let status: Int
    let text: String
}

extension HTTPFields {
    fileprivate var hasHost: Bool { contains { $0.name.canonicalName == "host" } }
}
