/// One way to append messages: how many at once, by how many runs at the same time.
struct Workload {
    let title: String
    let lines: Int
    let runs: Int
    /// By how much the count of messages is less, so that each workload takes about as long.
    let divisor: Int

    static let all = [
        Workload(title: "512 lines, 1 run", lines: 512, runs: 1, divisor: 1),
        Workload(title: "64 lines, 8 runs", lines: 64, runs: 8, divisor: 1),
        Workload(title: "16 lines, 8 runs", lines: 16, runs: 8, divisor: 2),
        Workload(title: "1 line, 64 runs", lines: 1, runs: 64, divisor: 4),
        Workload(title: "1 line, 1 run", lines: 1, runs: 1, divisor: 50),
    ]
}
