import Foundation
import Model
import Store

/// How long after their slot the runs of schedules that are due at once are in the database for good.
struct Lateness {
    let scene: Scene
    let count: Int

    func measure() async throws {
        try await scene.makeSchedules(count) { _ in "* * * * *" }
        // The next full minute that leaves the loop ten seconds to read them all.
        let now = scene.store.clock.now
        let slot = Timestamp(seconds: ((now.seconds + 10) / 60 + 1) * 60)
        try await scene.whileServing {
            let before = try await scene.store.runCount()
            var seen: [(late: Duration, runs: Int)] = []
            for await _ in scene.store.queueBell() {
                // What can be read is committed, and was so before the bell.
                let late = scene.store.clock.now - slot
                let runs = try await scene.store.runCount() - before
                if late >= .zero { seen.append((late, runs)) }
                if runs >= count, late >= .zero { break }
            }
            report(seen)
        }
    }

    private func report(_ seen: [(late: Duration, runs: Int)]) {
        func percentile(_ share: Double) -> Int64 {
            let wanted = Int((Double(count) * share).rounded(.up))
            return seen.first { $0.runs >= wanted }?.late.milliseconds ?? -1
        }
        print(
            "\(count) due at once   p50 \(percentile(0.5)) ms   p99 \(percentile(0.99)) ms   last \(percentile(1)) ms"
        )
    }
}
