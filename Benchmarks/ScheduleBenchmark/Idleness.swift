import Foundation
import Glibc

/// What schedules cost that are not due.
struct Idleness {
    let scene: Scene
    let count: Int
    let seconds: Int

    func measure() async throws {
        try await scene.whileServing { try await Task.sleep(for: .seconds(1)) }
        let none = Self.resident
        try await scene.makeSchedules(count) { "H H 1 \(1 + $0 % 6) *" }
        let made = Self.resident
        var read = 0
        var used = 0.0
        try await scene.whileServing {
            // Long enough for all of them to be read.
            try await Task.sleep(for: .seconds(20))
            read = Self.resident
            let before = Self.processorTime
            try await Task.sleep(for: .seconds(seconds))
            used = Self.processorTime - before
        }
        let perSecond = used * 1000 / Double(seconds)
        print(
            "\(count) not due   memory \((read - none) / 1024) MB more than none (of it \((made - none) / 1024) MB by "
                + "making them)   idle \((perSecond * 1000).rounded() / 1000) ms of CPU a second"
        )
    }

    /// In KB.
    private static var resident: Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0
    }

    /// In seconds.
    private static var processorTime: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
