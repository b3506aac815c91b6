/// Who makes samples for a scrape, under the name by which his failures are counted.
struct Collector: Sendable {
    let name: String
    let work: UnattendedWork<Collected>
}

extension [Collector] {
    /// Has all of them collect at once.
    ///
    /// Who throws, or is not done when the time is up, is among the failed; the others are heard all the same, and
    /// nobody waits for him.
    func collect(within budget: Duration) async -> (Collected, failed: [String]) {
        await withTaskGroup(of: (name: String, samples: Collected?).self) { group in
            for collector in self {
                group.addTask { (collector.name, (try? await collector.work.value(within: budget)).flatMap(\.self)) }
            }
            var collected = Collected()
            var failed: [String] = []
            for await (name, samples) in group {
                if let samples { collected.merge(samples) } else { failed.append(name) }
            }
            return (collected, failed)
        }
    }
}
