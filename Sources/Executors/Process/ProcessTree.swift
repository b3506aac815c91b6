import Foundation
import Glibc

/// What a process and all that came of it use, as the kernel says; a process whose parent has ended is not found.
struct ProcessTree {
    /// Memory of their own: without files, which the kernel can have back, and without what they share.
    private(set) var memoryBytes: Int64 = 0
    /// Processor time, with that of children which have ended.
    private(set) var processorTime = Duration.zero

    init(root: pid_t) {
        var rest = [root]
        while let pid = rest.popLast() {
            add(pid)
            rest += Self.children(of: pid)
        }
    }

    private mutating func add(_ pid: pid_t) {
        guard let memory = Self.words("/proc/\(pid)/statm"), memory.count > 2, let resident = Int64(memory[1]),
            let shared = Int64(memory[2]), let stat = Self.text("/proc/\(pid)/stat"),
            let name = stat.lastIndex(of: ")")
        else { return }
        memoryBytes += (resident - shared) * Int64(sysconf(CInt(_SC_PAGESIZE)))
        // After the name, which may itself hold blanks and parentheses, come the fields from the third on; the 14th to
        // the 17th are the times in user and kernel mode, its own and its children's.
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        let ticks = fields.dropFirst(14 - 3).prefix(4).compactMap { Double($0) }.reduce(0, +)
        processorTime += .seconds(ticks / Double(sysconf(CInt(_SC_CLK_TCK))))
    }

    /// A child is that of the thread that started it.
    private static func children(of pid: pid_t) -> [pid_t] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.flatMap { words("/proc/\(pid)/task/\($0)/children") ?? [] }.compactMap { pid_t($0) }
    }

    private static func words(_ path: String) -> [Substring]? { text(path)?.split(separator: " ") }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
