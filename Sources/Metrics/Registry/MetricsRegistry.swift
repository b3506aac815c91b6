import Synchronization

/// All metrics of one service.
///
/// Counting never waits for a scrape: cells are atomic, and the registry's lock is only for declaring and for listing
/// families. Nothing here traps: a declaration that cannot be is left out and listed in `refused`.
package final class MetricsRegistry: Sendable {
    private struct State {
        var families: [any FamilySource] = []
        var collectors: [Collector] = []
        var claims: Set<String> = []
        var refused: [String] = []
    }

    private let state = Mutex(State())
    private let expectedSize = Atomic<Int>(0)
    private let budget: Duration
    /// Seconds since 1970.
    let now: @Sendable () -> Double
    private let duration: MetricFamily<Gauge>
    private let errors: MetricFamily<Counter>
    private let rejected: MetricFamily<Counter>

    /// - Parameters:
    ///   - namespace: What the names of the registry's own metrics begin with.
    ///   - budget: How long collectors, which are all at work at once, may take for a scrape.
    ///   - now: Seconds since 1970, for exemplars.
    package init(
        namespace: String = "caretaker",
        budget: Duration = .seconds(5),
        now: @escaping @Sendable () -> Double = { WallTime.seconds() }
    ) {
        self.budget = budget
        self.now = now
        let own = OwnMetrics(namespace: namespace)
        duration = own.duration
        errors = own.errors
        rejected = own.rejected
        adopt(duration)
        adopt(errors)
        adopt(rejected)
    }

    /// Has samples of collected families made at every scrape.
    ///
    /// - Parameters:
    ///   - name: By which its failures are counted; a fixed word.
    ///   - collect: Makes the samples, for one scrape at a time. When it throws or takes too long, its families are
    ///     absent from that scrape.
    package func collect(_ name: String, _ collect: @escaping @Sendable () async throws -> Collected) {
        _ = errors[name]
        let collector = Collector(name: name, work: UnattendedWork(collect))
        state.withLock { $0.collectors.append(collector) }
    }

    /// The whole exposition, whatever collectors do.
    ///
    /// - Parameters:
    ///   - format: The text to write.
    ///   - limit: How long collectors may take at most, when that is less than the registry allows.
    /// - Returns: The text.
    package func scrape(_ format: ExpositionFormat, within limit: Duration? = nil) async -> [UInt8] {
        let begin = ContinuousClock.now
        let (families, collectors) = state.withLock { ($0.families, $0.collectors) }
        let (collected, failed) = await collectors.collect(within: min(limit ?? budget, budget))
        for name in failed { errors[name].increment() }
        let bytes = written(families, collected, format)
        let (seconds, attoseconds) = (ContinuousClock.now - begin).components
        duration[].set(Double(seconds) + Double(attoseconds) / 1e18)
        return bytes
    }

    /// What is to be kept over a restart: the counters that were declared so and are above 0.
    package func tally() -> [TallyRow] {
        state.withLock(\.families).flatMap { $0.tally() }
    }

    /// Takes up what an earlier service had counted; to be called once, before anything is served.
    ///
    /// - Returns: The rows that fit no counter any more.
    @discardableResult
    package func restore(_ rows: [TallyRow]) -> [TallyRow] {
        let families = Dictionary(state.withLock(\.families).map { ($0.description.name, $0) }) { first, _ in first }
        return rows.filter { row in families[row.family]?.restore(row) != true }
    }

    /// Every family, in the order of the exposition.
    package var families: [FamilyDescription] { state.withLock { $0.families.map(\.description) } }

    /// The names of the declarations that could not be.
    package var refused: [String] { state.withLock(\.refused) }

    /// Lists a family, unless its names are taken or not allowed.
    @discardableResult
    func adopt(_ family: any FamilySource) -> Bool {
        let description = family.description
        return state.withLock { state in
            guard description.isValid, state.claims.isDisjoint(with: description.claims) else {
                state.refused.append(description.name)
                return false
            }
            state.claims.formUnion(description.claims)
            let place = state.families.firstIndex { Self.precedes(description, $0.description) }
            state.families.insert(family, at: place ?? state.families.endIndex)
            return true
        }
    }

    /// The counter of what a family refuses, at 0 from the family's declaration on.
    func refusals(_ family: String) -> Counter { rejected[family] }

    private func written(_ families: [any FamilySource], _ collected: Collected, _ format: ExpositionFormat) -> [UInt8]
    {
        var text = ExpositionText(format, capacity: expectedSize.load(ordering: .relaxed))
        for family in families { family.write(to: &text, collected: collected) }
        text.end()
        expectedSize.store(text.bytes.count + text.bytes.count / 8, ordering: .relaxed)
        return text.bytes
    }

    private static func precedes(_ left: FamilyDescription, _ right: FamilyDescription) -> Bool {
        (left.kind, left.name) < (right.kind, right.name)
    }
}
