import Foundation

/// Where notices are sent.
///
/// Many such addresses are secrets themselves: what is shown of one is its host, and nothing else.
package struct Webhook: Sendable {
    /// The address without user and password.
    let url: String
    /// The `Authorization` header that these make.
    let authorization: String?
    package let host: String
    package let secret: SigningSecret?
    /// Texts that must not be shown, the longest first.
    private let hidden: [String]

    /// Nil for what is no absolute `http` or `https` address.
    package init?(url text: String, secret: SigningSecret?) {
        guard var parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()),
            let host = parts.host, !host.isEmpty
        else { return nil }
        let user = parts.user
        let password = parts.password
        authorization = user.map { "Basic " + Data("\($0):\(password ?? "")".utf8).base64EncodedString() }
        let whole = [
            text, parts.percentEncodedPath, parts.path, parts.percentEncodedQuery, parts.query, user, password,
        ]
        let pieces = parts.path.split(separator: "/").map(String.init) + (parts.queryItems ?? []).compactMap(\.value)
        hidden = (whole.compactMap(\.self).filter { $0.count > 1 } + pieces.filter { $0.count >= 8 })
            .sorted { $0.count > $1.count }
        parts.user = nil
        parts.password = nil
        parts.fragment = nil
        guard let url = parts.string else { return nil }
        self.url = url
        self.host = host
        self.secret = secret
    }

    /// A text of the receiver's without what must not be shown.
    func masking(_ text: String) -> String {
        hidden.reduce(text) { $0.replacingOccurrences(of: $1, with: "…") }
    }
}

extension Webhook: CustomStringConvertible {
    package var description: String { host }
}
