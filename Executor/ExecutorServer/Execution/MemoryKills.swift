import Glibc

/// How many processes of the container the kernel has ended because memory ran out.
///
/// Outside of a container these files are the machine's, or not there.
enum MemoryKills {
    /// Nil where it cannot be known.
    static func count() -> Int? {
        for path in ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"] {
            // Such a file says that it is empty: it is read until nothing more comes.
            guard let bytes = try? Descriptor.open(path, O_RDONLY).read(at: 0, count: 4096) else { continue }
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count == 2, words[0] == "oom_kill" { return Int(words[1]) }
            }
        }
        return nil
    }
}
