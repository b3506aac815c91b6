import Glibc

/// What `/proc` says about processes.
enum ProcessTable {
    /// One process as its `stat` file shows it.
    struct Entry: Hashable {
        let pid: pid_t
        let parent: pid_t
        let isZombie: Bool
        /// In clock ticks since boot; together with the number it names a process for ever.
        let startTime: UInt64
    }

    /// All processes below `ancestor`, zombies included, itself not.
    static func descendants(of ancestor: pid_t) -> [Entry] {
        var children: [pid_t: [Entry]] = [:]
        for pid in pids() {
            if let entry = entry(of: pid) { children[entry.parent, default: []].append(entry) }
        }
        var found: [Entry] = []
        var open = [ancestor]
        while let parent = open.popLast() {
            let below = children.removeValue(forKey: parent) ?? []
            found.append(contentsOf: below)
            open.append(contentsOf: below.map(\.pid))
        }
        return found
    }

    /// The processes whose environment holds a variable, as they were started; others' processes do not show theirs.
    static func processes(withVariable name: String, value: String) -> [Entry] {
        let wanted = [UInt8]("\(name)=\(value)".utf8)
        return pids().compactMap { pid in
            guard pid != getpid(), let environment = contents(of: "/proc/\(pid)/environ", limit: 1 << 20),
                environment.split(separator: 0).contains(where: { $0.elementsEqual(wanted) })
            else { return nil }
            return entry(of: pid)
        }
    }

    /// The processes that are a user's in any way, zombies included.
    static func processes(of user: uid_t) -> [Entry] {
        let number = [UInt8]("\(user)".utf8)
        // From the status file, as the folder of a process that forbids inspection belongs to root.
        return pids().compactMap { pid in
            guard let status = contents(of: "/proc/\(pid)/status", limit: 16384),
                let line = status.split(separator: 0x0A).first(where: { $0.starts(with: "Uid:".utf8) }),
                line.split(separator: 0x09).dropFirst().contains(where: { $0.elementsEqual(number) })
            else { return nil }
            return entry(of: pid)
        }
    }

    /// Signals a process unless another one has its number by now.
    static func signal(_ signal: CInt, _ process: Entry) {
        guard let descriptor = LinuxCalls.pidfd(of: process.pid) else { return }
        defer { close(descriptor) }
        guard entry(of: process.pid)?.startTime == process.startTime else { return }
        LinuxCalls.signal(signal, pidfd: descriptor)
    }

    static func entry(of pid: pid_t) -> Entry? {
        guard let stat = contents(of: "/proc/\(pid)/stat", limit: 4096),
            let nameEnd = stat.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = stat[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let parent = pid_t(String(decoding: fields[1], as: UTF8.self)),
            let startTime = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        let state = fields[0].first
        return Entry(
            pid: pid,
            parent: parent,
            isZombie: state == UInt8(ascii: "Z") || state == UInt8(ascii: "X"),
            startTime: startTime
        )
    }

    private static func pids() -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var found: [pid_t] = []
        while let item = readdir(folder) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let pid = pid_t(name) { found.append(pid) }
        }
        return found
    }

    private static func contents(of path: String, limit: Int) -> [UInt8]? {
        guard let file = try? Descriptor.open(path, O_RDONLY) else { return nil }
        return try? file.read(at: 0, count: limit)
    }
}
