import Crypto
import Foundation
import HTTPTypes
import Model

/// Who may use a listener.
package struct AccessRules: Sendable {
    private let hosts: HostCheck
    /// Which pages of other origins may use it.
    let origins: OriginCheck
    /// Whether whoever comes over TCP must show a token, and over the unix socket all but its owner and root.
    private let requiresToken: Bool
    /// The SHA-256 of the configuration's token.
    private let fileTokenHash: SHA256Digest?

    /// What the configuration's token is called.
    static let fileTokenName = "token_file"

    /// Makes the rules of one listener.
    ///
    /// - Parameters:
    ///   - allowedHosts: Names for the `Host` header beside those of loopback.
    ///   - allowedOrigins: Origins of foreign pages; `*` is all.
    ///   - token: The token of the configuration, an admin's.
    ///   - requiresToken: Whether a token is needed, this one or one of the store's.
    package init(allowedHosts: [String], allowedOrigins: [String], token: String?, requiresToken: Bool) {
        hosts = HostCheck(allowed: allowedHosts)
        origins = OriginCheck(allowed: allowedOrigins)
        fileTokenHash = token.map(TokenText.hash)
        self.requiresToken = requiresToken
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

    /// Who needs no token here; nil where one must be shown.
    func caller(from origin: ClientOrigin) -> Caller? {
        guard !requiresToken || origin.isOwner else { return nil }
        if case .unix = origin { return Caller(name: origin.name, role: .admin, via: .unix) }
        return Caller(name: origin.name, role: .admin, via: .loopback)
    }

    /// Whether this is the SHA-256 of the configuration's token.
    func isFileToken(_ hash: [UInt8]) -> Bool {
        // Digests compare in constant time.
        fileTokenHash.map { $0 == hash } ?? false
    }

    /// Whether a request surely comes from a page of the service itself, so that a cookie may speak for it.
    func isOwnPage(_ request: HTTPRequest) -> Bool {
        OriginCheck.isOwnPage(
            origin: request.headerFields[.origin],
            host: request.authority ?? "",
            fetchSite: request.headerFields[.secFetchSite],
            isSafe: request.method == .get || request.method == .head
        )
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
