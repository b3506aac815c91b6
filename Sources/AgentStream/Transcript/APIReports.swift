/// An error of the API that stands in place of an answer.
package struct APIErrorText: Hashable, Sendable {
    package let text: ShownText
    package let status: Int?
    /// The program's word for it, such as `rate_limit`.
    package let error: String?
}

/// An attempt at the API that is about to be repeated.
package struct APIRetry: Hashable, Sendable {
    package let attempt: Int
    package let limit: Int
    package let delayMilliseconds: Int?
    /// Nil when there was no answer.
    package let status: Int?
    package let error: String?

    init(_ tree: JSONValue) {
        attempt = tree.count("attempt") ?? 0
        limit = tree.count("max_retries") ?? 0
        delayMilliseconds = tree["retry_delay_ms"]?.double.flatMap { Int(exactly: $0.rounded()) }.map { max($0, 0) }
        status = tree.count("error_status")
        error = tree.word("error")
    }
}

/// How near a subscription's limit is.
package struct RateLimitReport: Hashable, Sendable {
    package let status: String
    package let type: String?
    /// Seconds since 1970.
    package let resetsAt: Int?
    /// From 0 to 1.
    package let utilization: Double?

    /// Nil while there is nothing to tell.
    init?(_ tree: JSONValue) {
        guard let information = tree["rate_limit_info"], let status = information.word("status"), status != "allowed"
        else { return nil }
        self.status = status
        type = information.word("rateLimitType")
        resetsAt = information.count("resetsAt")
        utilization = information["utilization"]?.double.flatMap { $0.isFinite ? $0 : nil }
    }
}
