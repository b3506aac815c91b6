import AgentStream
import ArgumentParser

/// A task's retries as flags.
struct RetryOptions: ParsableArguments {
    @Option(help: "How many runs there may be in all when they fail for what may pass, the first included.")
    var attempts: Int?

    @Option(help: "Seconds until the second attempt; each further wait is twice as long.")
    var backoff: Double?

    @Option(help: "The longest wait in seconds.")
    var maxBackoff: Double?

    @Flag(help: "Retry also when the prompt may have reached the agent, which may then do its work twice.")
    var retryAfterDelivery = false

    func validate() throws {
        guard attempts == nil, backoff != nil || maxBackoff != nil || retryAfterDelivery else { return }
        throw ValidationError("--attempts is missing: without it nothing is retried.")
    }

    var wire: JSONValue? {
        guard let attempts else { return nil }
        var retry: JSONObject = ["attempts": JSONValue(attempts)]
        retry["backoff"] = backoff.map { JSONValue($0) }
        retry["maxBackoff"] = maxBackoff.map { JSONValue($0) }
        if retryAfterDelivery { retry["afterDelivery"] = true }
        return .object(retry)
    }
}
