import Foundation
import Model
import OpsMetrics
import Store

/// Commits of a run's messages, alone and while the service is scraped without a pause.
struct Commits {
    private static let rounds = 7
    private static let count = 400

    let stored: StoredSeries

    func measure() async throws {
        let new = NewRun(task: "task-0", repository: "https://host/r", ref: nil, priority: nil)
        let run = try await stored.store.createRun(new)
        _ = try await stored.store.admitRuns(caps: Admission.Caps(global: .max), runtime: .process)
        try await stored.store.moveRun(run.id, to: .running)
        var execution = try await stored.store.execution(of: run.id, step: 0)
        var (alone, scraped): ([Double], [Double]) = ([], [])
        var scrapes = 0
        for _ in 0..<Self.rounds {
            alone += try await commit(&execution)
            let begun = execution
            let (times, next, count) = try await whileScraping(begun)
            execution = next
            scraped += times
            scrapes += count
        }
        print("\ncommits of one message, \(alone.count) each, in turns; milliseconds")
        print("alone           \(Self.text(alone))")
        print("while scraped   \(Self.text(scraped)), during \(scrapes) scrapes")
    }

    private func commit(_ execution: inout Execution) async throws -> [Double] {
        var times: [Double] = []
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 1536)
        for _ in 0..<Self.count {
            let begin = ContinuousClock.now
            let line = IngestedLine.message(NewMessage(kind: .assistant, body: body))
            try await stored.store.append([line], to: execution, exit: nil, line: execution.line + 1)
            execution.line += 1
            times.append((ContinuousClock.now - begin).milliseconds)
        }
        return times
    }

    private func whileScraping(_ begun: Execution) async throws -> ([Double], Execution, scrapes: Int) {
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var scrapes = 0
                while !Task.isCancelled {
                    _ = await stored.registry.scrape(.text)
                    scrapes += 1
                }
                return scrapes
            }
            var execution = begun
            let times = try await commit(&execution)
            group.cancelAll()
            return (times, execution, try await group.next() ?? 0)
        }
    }

    private static func text(_ times: [Double]) -> String {
        let sorted = times.sorted()
        let at = { (share: Double) in String(format: "%.2f", sorted[Int(Double(sorted.count - 1) * share)]) }
        return "median \(at(0.5)), p90 \(at(0.9)), p99 \(at(0.99))"
    }
}
