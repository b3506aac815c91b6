import Foundation

/// Looks at processes from outside.
enum Processes {
    /// Whether a process is there and no zombie.
    static func isAlive(_ pid: pid_t) -> Bool {
        guard let state = stat(pid)?.first else { return false }
        return state != "Z" && state != "X"
    }

    static func parent(of pid: pid_t) -> pid_t? { stat(pid).flatMap { pid_t($0[1]) } }

    static func session(of pid: pid_t) -> pid_t? { stat(pid).flatMap { pid_t($0[3]) } }

    /// The children of a process, zombies included.
    static func children(of parent: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { self.parent(of: $0) == parent }
    }

    /// The pids that the test agent wrote to a file.
    static func noted(in file: String) throws -> [pid_t] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { pid_t($0) }
    }

    /// The living processes of a user.
    static func all(of user: uid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            return status.contains("Uid:\t\(user)\t") && isAlive(pid)
        }
    }

    static func killAll(of user: uid_t) {
        for pid in all(of: user) { killAndWait(pid) }
    }

    /// Kills a process that is not ours and blocks until it is gone.
    static func killAndWait(_ pid: pid_t) {
        kill(pid, SIGKILL)
        while isAlive(pid) { sched_yield() }
    }

    private static func stat(_ pid: pid_t) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
