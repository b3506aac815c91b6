import Crypto
import Foundation

/// The key by which receivers know that a notice is ours, as Standard Webhooks has it.
package struct SigningSecret: Sendable {
    private let key: SymmetricKey

    /// The key of `whsec_` and its bytes in base 64, or of any other text as it is; nil when there is none in it.
    package init?(_ text: String) {
        let prefix = "whsec_"
        let bytes =
            text.hasPrefix(prefix) ? Data(base64Encoded: String(text.dropFirst(prefix.count))) : Data(text.utf8)
        guard let bytes, !bytes.isEmpty else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The value of the header `webhook-signature`.
    ///
    /// - Parameters:
    ///   - body: What is sent.
    ///   - id: The value of the header `webhook-id`.
    ///   - timestamp: That of the header `webhook-timestamp`.
    /// - Returns: The version and the signature.
    func signature(of body: [UInt8], id: String, timestamp: Int64) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return "v1," + Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
    }
}

extension SigningSecret: CustomStringConvertible {
    package var description: String { "[secret]" }
}
