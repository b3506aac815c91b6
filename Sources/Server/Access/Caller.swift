import Model

/// Who sends a request, and what they may do.
struct Caller: Hashable, Sendable {
    /// What can be shown to come in.
    enum Credential: Hashable, Sendable {
        case token(AccessToken.ID)
        /// The token of the configuration, with its SHA-256.
        case file(hash: [UInt8])
    }

    let name: String
    let role: AccessRole
    let via: AuditEntry.Via
    /// When what they showed ends; nil when it does not.
    var expiresAt: Timestamp?
    /// What they showed; nil where nothing is needed.
    var credential: Credential?
}

/// What a request may expect by what it shows.
enum Access: Sendable {
    case granted(Caller)
    /// It shows nothing that opens the listener.
    case denied
    /// Too many wrong tokens came from where it comes from.
    case limited(retryAfter: Duration)

    var caller: Caller? {
        if case .granted(let caller) = self { caller } else { nil }
    }
}

extension Duration {
    /// The whole seconds that cover it, as `Retry-After` has them.
    var wholeSeconds: String { "\((milliseconds + 999) / 1000)" }
}
