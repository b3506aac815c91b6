/// Who makes samples for a scrape, under the name by which his failures are counted.
struct Collector: Sendable {
    let name: String
    let collect: @Sendable () async throws -> Collected
}

/// What became of the collectors of one scrape.
enum CollectorOutcome: Sendable {
    case collected(Collected)
    case failed(String)
    case outOfTime
    case waitedInVain
}

extension [Collector] {
    /// Has all of them collect at once.
    ///
    /// Who throws, or is not done when the time is up, is among the failed; the others are heard all the same. A
    /// collector must heed its cancellation: without that a scrape waits for it.
    func collect(within budget: Duration) async -> (Collected, failed: [String]) {
        var collected = Collected()
        var failed: [String] = []
        guard !isEmpty else { return (collected, failed) }
        await withTaskGroup(of: CollectorOutcome.self) { group in
            for collector in self { group.addTask { await collector.outcome() } }
            group.addTask {
                do { try await Task.sleep(for: budget) } catch { return .waitedInVain }
                return .outOfTime
            }
            var open = count
            while open > 0, let outcome = await group.next() {
                switch outcome {
                case .collected(let samples):
                    collected.merge(samples)
                    open -= 1
                case .failed(let name):
                    failed.append(name)
                    open -= 1
                case .outOfTime: group.cancelAll()
                case .waitedInVain: break
                }
            }
            group.cancelAll()
        }
        return (collected, failed)
    }
}

extension Collector {
    fileprivate func outcome() async -> CollectorOutcome {
        do { return .collected(try await collect()) } catch { return .failed(name) }
    }
}
