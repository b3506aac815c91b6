import Foundation
import TestSupport

/// Measures the package on a machine with systemd: its size, the time from its start to READY, and what it holds when idle.
@main
struct PackageBenchmark {
    static func main() async throws {
        guard CommandLine.arguments.count == 2, let package = CommandLine.arguments.last else {
            print("usage: PackageBenchmark PACKAGE")
            exit(EX_USAGE)
        }
        let engine = try TestEngine()
        defer { engine.end() }
        let size = try FileManager.default.attributesOfItem(atPath: package)[.size] as? Int ?? 0
        print("package            \(size / 1_000_000) MB")
        try await SystemdMachine.with(.operators, on: engine, ["--cap-add", "SYS_PTRACE"]) { machine in
            try await machine.copy(package, to: "/root/package.deb")
            try await machine.shell("apt-get install -qq -y --no-install-recommends /root/package.deb >/dev/null")
            let installed = try await machine.shell("dpkg-query --show --showformat '${Installed-Size}' caretaker")
            print("installed          \((Int(installed) ?? 0) * 1024 / 1_000_000) MB")
            let exposure = try await machine.shell("systemd-analyze security --no-pager caretaker | tail -n 1")
            print("exposure           \(exposure.filter(\.isASCII))")
            try await measureStarts(machine)
            try await measureMemory(machine)
        }
    }

    /// From the process's beginning until systemd heard that it is ready, as systemd saw both.
    private static func measureStarts(_ machine: SystemdMachine) async throws {
        // The first makes the database.
        try await machine.shell("systemctl start caretaker")
        var times: [Int] = []
        for _ in 1...21 {
            // Systemd refuses more than a few starts within minutes unless it forgets them.
            try await machine.shell("systemctl reset-failed caretaker; systemctl restart caretaker")
            let begun = try await property("ExecMainStartTimestampMonotonic", machine)
            times.append(try await property("ActiveEnterTimestampMonotonic", machine) - begun)
        }
        times.sort()
        let middle = times[times.count / 2] / 1000
        print("start to READY     \(middle) ms in the middle of 21, \(times[0] / 1000) to \(times[20] / 1000) ms")
    }

    private static func measureMemory(_ machine: SystemdMachine) async throws {
        let process = try await property("MainPID", machine)
        for seconds in [10, 60] {
            try await Task.sleep(for: .seconds(seconds))
            let current = try await property("MemoryCurrent", machine) / 1_000_000
            let words = try await machine.shell("awk '/^Pss:/ { print $2 }' /proc/\(process)/smaps_rollup")
            let pss = (Int(words) ?? 0) * 1024 / 1_000_000
            print("idle, \(seconds) s later   MemoryCurrent \(current) MB, PSS \(pss) MB")
        }
    }

    private static func property(_ name: String, _ machine: SystemdMachine) async throws -> Int {
        Int(try await machine.shell("systemctl show -P \(name) caretaker")) ?? 0
    }
}
