import Foundation
import Glibc
import TestSupport

/// Measures the whole service: its start, its memory, a burst of messages and its idleness.
///
/// The floor of the start is that of a program which does nothing, in the same run.
@main
struct ServiceBenchmark {
    static func main() async throws {
        try await start()
        try await ServiceUnderTest.with { service in
            try await idle(service, seconds: 60)
            try await burst(service, count: 10_000, size: 1500)
        }
        try await ServiceUnderTest.with { service in
            try await Load(service: service).measure()
            print("memory when loaded \(Memory.peak(of: await service.pid) / 1024) MB at most (aim 40)")
        }
        for readers in [100, 1000] {
            try await ServiceUnderTest.with { service in
                try await Delivery(service: service, readers: readers, lines: 1000, size: 1024, pause: 10).measure()
            }
        }
    }

    private static func start() async throws {
        let clock = ContinuousClock()
        var floor: [Duration] = []
        var ready: [Duration] = []
        let service = try ServiceUnderTest()
        for _ in 1...11 {
            floor.append(
                try await clock.measure {
                    let program = try ChildProcess("/bin/true", [], environment: [:])
                    _ = await program.exit()
                }
            )
            ready.append(
                try await clock.measure {
                    try await service.start()
                    _ = try await service.get("/trpc/tasks.list")
                }
            )
            _ = await service.stop()
        }
        let ratio = median(ready) / median(floor)
        print("start to answer    \(median(ready)) (aim 20 ms)   /bin/true \(median(floor))   ratio \(rounded(ratio))")
    }

    /// A live reader follows a run whose agent prints as fast as it can.
    private static func burst(_ service: ServiceUnderTest, count: Int, size: Int) async throws {
        let repository = try await GitRepository(at: "\(service.folder)/repository")
        let before = Memory.resident(of: await service.pid)
        print("memory when idle   \(before / 1024) MB (aim 20)")
        let run = try await service.startRun(["lines \(count) \(size)"], repository: repository.path)
        let clock = ContinuousClock()
        var first: ContinuousClock.Instant?
        var last: ContinuousClock.Instant?
        var seen = 0
        for try await event in try await service.events(of: run) where event.name.isEmpty && event.data.count >= size {
            first = first ?? clock.now
            last = clock.now
            seen += 1
        }
        guard let first, let last, seen == count else { return print("burst              only \(seen) of \(count)") }
        let seconds = first.duration(to: last) / .seconds(1)
        let growth = Memory.peak(of: await service.pid) - before
        print(
            "burst              \(count) × \(size) B stored and delivered in \(rounded(seconds)) s, "
                + "\(Int(Double(count) / seconds))/s; memory grew by at most \(growth / 1024) MB"
        )
    }

    private static func idle(_ service: ServiceUnderTest, seconds: Int) async throws {
        let before = Memory.cpu(of: await service.pid)
        try await Task.sleep(for: .seconds(seconds))
        let after = Memory.cpu(of: await service.pid)
        print("idle               \(rounded((after - before) * 1000)) ms of CPU in \(seconds) s")
    }

    private static func median(_ durations: [Duration]) -> Duration {
        durations.sorted()[durations.count / 2]
    }
}

func rounded(_ number: Double) -> Double {
    (number * 100).rounded() / 100
}

/// What /proc tells of a process.
enum Memory {
    /// Resident memory in KB.
    static func resident(of pid: Int32) -> Int { status(pid, "VmRSS:") }

    /// The most that was ever resident, in KB.
    static func peak(of pid: Int32) -> Int { status(pid, "VmHWM:") }

    /// Seconds of CPU, threads that have ended included; in steps of 10 ms.
    static func cpu(of pid: Int32) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        guard fields.count > 14, let user = Double(fields[13]), let system = Double(fields[14]) else { return .nan }
        return (user + system) / Double(sysconf(CInt(_SC_CLK_TCK)))
    }

    private static func status(_ pid: Int32, _ name: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
