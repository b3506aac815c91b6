import AgentStream
import Model

/// A task's retries on the wire.
enum WireRetry {
    static let schema = Schema.object(
        [
            .required("attempts", .integer(1...20)),
            .optional("backoff", .number(0.1...604_800)),
            .optional("maxBackoff", .number(0.1...604_800)),
            .optional("afterDelivery", .boolean),
        ],
        unknown: .refuse
    )

    static func value(_ policy: RetryPolicy) -> JSONValue {
        var object: JSONObject = ["attempts": JSONValue(policy.attempts)]
        object["backoff"] = policy.backoff.map { JSONValue($0) }
        object["maxBackoff"] = policy.maxBackoff.map { JSONValue($0) }
        object["afterDelivery"] = policy.afterDelivery.map { .bool($0) }
        return .object(object)
    }

    static func policy(from value: JSONValue) -> RetryPolicy {
        RetryPolicy(
            attempts: value["attempts"]?.int ?? 1,
            backoff: value["backoff"]?.double,
            maxBackoff: value["maxBackoff"]?.double,
            afterDelivery: value["afterDelivery"]?.bool
        )
    }
}
