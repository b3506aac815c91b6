/// What the model's API answered instead of an answer.
struct APITrouble: Hashable, Sendable {
    let status: Int?
    let error: String?

    /// The reason that this trouble gives a run that ends with it; nil when it is no more than an error.
    ///
    /// The status goes first: a repeated 529 comes with the word `server_error`.
    var reason: AgentFailure.Reason? {
        switch status {
        case 401, 403: return .authentication
        case 429: return .rateLimited
        case 529: return .overloaded
        default: break
        }
        switch error {
        case "authentication_failed", "oauth_org_not_allowed", "account_on_hold", "verification_required",
            "cloud_credential_error":
            return .authentication
        case "rate_limit": return .rateLimited
        case "overloaded": return .overloaded
        default: return nil
        }
    }

    /// The beginning of the sentence about it.
    var sentence: String {
        let status = status.map { " (status \($0))" } ?? ""
        return switch reason {
        case .authentication: "The model's API refused the credentials\(status)"
        case .rateLimited: "The model's API refused because of a rate limit\(status)"
        case .overloaded: "The model's API is overloaded\(status)"
        default:
            error == "billing_error"
                ? "The model's API refused because of the account's billing\(status)"
                : "The model's API answered with an error\(status)"
        }
    }
}
