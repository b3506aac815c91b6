import Foundation
import Model

/// Measures durable appends through `Store` beside plain SQLite on the same disk in the same minutes, without and with the
/// service's own listener, and the changes of runs likewise.
///
/// `StoreBenchmark [messages] [rounds] [workload]`, in a folder on the disk that is meant; workloads count from 0.
/// `StoreBenchmark expiry` measures only the removal of what has expired.
@main
struct StoreBenchmark {
    static let bodyBytes = 1536

    static func main() async throws {
        if CommandLine.arguments.contains("expiry") { return try await measureExpiry() }
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let count = numbers.first ?? 60_000
        let rounds = numbers.dropFirst().first ?? 3
        print("\(count) messages of \(bodyBytes) bytes, synchronous = FULL, medians of \(rounds) rounds\n")
        print(Self.row("", "messages/s", "p50 µs", "CPU µs/message", "of the floor's rate"))
        let teller = Teller()
        let chosen = numbers.dropFirst(2).first.map { [Workload.all[$0]] } ?? Workload.all
        for workload in chosen {
            let share = max(500, count / workload.divisor)
            var floors: [Measurement] = []
            var stores: [Measurement] = []
            var told: [Measurement] = []
            for _ in 0..<rounds {
                floors.append(try await inFolder { try await PlainTable($0).measure(workload, count: share) })
                stores.append(try await inFolder { try await StoredRuns($0, workload).measure(count: share) })
                told.append(try await inFolder { try await StoredRuns($0, workload, teller).measure(count: share) })
            }
            let (floor, store) = (Measurement(medianOf: floors), Measurement(medianOf: stores))
            print(row("\(workload.title): plain SQLite", floor, floor))
            print(row("\(workload.title): Store.append", store, floor))
            print(row("\(workload.title): the same, told", Measurement(medianOf: told), floor))
            printCost(teller)
        }
        guard numbers.count < 3 else { return }
        for runs in [1, 64] { try await measureChanges(of: runs, count / (runs == 1 ? 50 : 10), rounds, teller) }
        try await measureExpiry()
    }

    private static func measureExpiry() async throws {
        print(try await inFolder { try await Expiry($0, runs: 20).measure(messages: 100_000) })
    }

    /// Here the floor is the store to which nobody listens.
    private static func measureChanges(of runs: Int, _ count: Int, _ rounds: Int, _ teller: Teller) async throws {
        var quiet: [Measurement] = []
        var told: [Measurement] = []
        for _ in 0..<rounds {
            quiet.append(try await inFolder { try await RunLives($0, runs: runs, nil).measure(count: count) })
            told.append(try await inFolder { try await RunLives($0, runs: runs, teller).measure(count: count) })
        }
        let floor = Measurement(medianOf: quiet)
        print(row("changes of \(runs) run\(runs == 1 ? "" : "s")", floor, floor))
        print(row("changes of \(runs) run\(runs == 1 ? "" : "s"), told", Measurement(medianOf: told), floor))
        printCost(teller)
    }

    private static func printCost(_ teller: Teller) {
        let cost = teller.takeCost()
        let share = cost.telling / cost.commit * 100
        print(
            String(
                format: "    telling takes %.1f µs of a commit of %.0f µs: %.1f %%",
                cost.telling,
                cost.commit,
                share
            )
        )
    }

    private static func row(_ title: String, _ value: Measurement, _ floor: Measurement) -> String {
        row(
            title,
            "\(Int(value.perSecond))",
            "\(Int(value.p50))",
            String(format: "%.1f", value.processorTime),
            String(format: "%.2f", value.perSecond / floor.perSecond)
        )
    }

    private static func row(_ title: String, _ columns: String...) -> String {
        columns.reduce(title + String(repeating: " ", count: max(0, 42 - title.count))) { line, column in
            line + String(repeating: " ", count: max(1, 20 - column.count)) + column
        }
    }

    /// A folder on the disk of the present one, removed afterwards.
    private static func inFolder<T>(_ body: (String) async throws -> T) async throws -> T {
        let folder = "\(FileManager.default.currentDirectoryPath)/bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }
}
