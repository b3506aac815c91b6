/// What procedures answer.
package struct RPCMetrics: Sendable {
    /// The code of a call that succeeded.
    private static let success = "ok"
    /// The code that is a fault of the service's.
    private static let fault = "internal_server_error"

    /// By `procedure`, `code`.
    package let requests: MetricFamily<Counter>

    /// - Parameters:
    ///   - registry: Where they are declared.
    ///   - procedures: The procedures' names; all others are `other`.
    ///   - codes: The codes of calls that fail.
    package init(_ registry: MetricsRegistry, procedures: [String], codes: [String]) {
        let names = procedures.sorted()
        requests = registry.counters(
            "caretaker_rpc_requests_total",
            "Calls of procedures, by what each came to, also within a batch.",
            .closed("procedure", names, other: "other"),
            .closed("code", [Self.success] + codes.map { $0.lowercased() }),
            // Each with each would be a thousand series, nearly all of them 0 for ever.
            first: (names + ["other"]).flatMap { [[$0, Self.success], [$0, Self.fault]] }
        )
    }

    /// Counts a call.
    ///
    /// - Parameters:
    ///   - procedure: What was called.
    ///   - code: The code with which it failed; nil for success.
    package func count(_ procedure: String, code: String?) {
        requests[procedure, code?.lowercased() ?? Self.success].increment()
    }
}
