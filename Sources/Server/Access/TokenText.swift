import Crypto
import Foundation
import Model

/// The text of a token: `ct_`, its id, `_`, and 32 random bytes in base 64 for URLs.
enum TokenText {
    private static let prefix = "ct_"

    /// A new token's text.
    static func make(_ id: AccessToken.ID) -> String {
        "\(prefix)\(id)_\(secret())"
    }

    /// 32 random bytes in base 64 for URLs.
    static func secret() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// The id that a text names; nil for what has not the form of a token.
    static func id(in text: String) -> AccessToken.ID? {
        let parts = text.dropFirst(prefix.count).split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.hasPrefix(prefix), parts.count == 2 else { return nil }
        return AccessToken.ID(rawValue: String(parts[0]))
    }

    /// What of a text may be kept, and is compared: every character counts.
    static func hash(_ text: String) -> SHA256Digest {
        SHA256.hash(data: Array(text.utf8))
    }
}
