/// What is done with git.
package struct RepositoryMetrics: Sendable {
    /// What is counted.
    package enum Operation: String, CaseIterable, Sendable {
        /// From the repository into its mirror and on into a run's bundle.
        case fetch
        /// The bundle alone.
        case bundle
        case push
    }

    /// By `operation`, `result` (success, failure).
    package let operations: MetricFamily<Counter>
    /// By `operation`.
    package let duration: MetricFamily<Histogram>

    package init(_ registry: MetricsRegistry) {
        let operation = Label.closed("operation", Operation.allCases.map(\.rawValue))
        operations = registry.counters(
            "caretaker_repository_operations_total",
            "Fetches, bundles and pushes that came to an end; a fetch holds its bundle.",
            operation,
            .closed("result", ["success", "failure"])
        )
        duration = registry.histograms(
            "caretaker_repository_operation_duration_seconds",
            "How long fetches, bundles and pushes took, without their waiting for others of the same repository.",
            operation,
            bounds: [0.1, 0.5, 1, 5, 15, 60, 300],
            hasExemplars: true
        )
    }
}

extension RepositoryMetrics {
    /// Counts an operation and how long it takes; one that is cancelled has come to nothing and is not counted.
    ///
    /// - Parameters:
    ///   - operation: What is done.
    ///   - run: The run that it is done for.
    ///   - isDone: Whether a result stands for work that was done now.
    ///   - body: Does it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    package func count<Value>(
        _ operation: RepositoryMetrics.Operation,
        run: String,
        when isDone: @Sendable (Value) -> Bool = { _ in true },
        _ body: () async throws -> Value
    ) async throws -> Value {
        let began = ContinuousClock.now
        do {
            let value = try await body()
            if isDone(value) { note(operation, "success", began, run) }
            return value
        } catch {
            if !(error is CancellationError) { note(operation, "failure", began, run) }
            throw error
        }
    }

    private func note(_ operation: Operation, _ result: String, _ began: ContinuousClock.Instant, _ run: String) {
        operations[operation.rawValue, result].increment()
        duration[operation.rawValue].observe(began.duration(to: .now), run: run)
    }
}
