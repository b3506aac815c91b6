import Glibc

/// What the kernel says of this process.
struct ProcessFigures {
    var cpuSeconds: Double?
    var openFiles: Double?
    var maximumFiles: Double?
    var virtualMemory: Double?
    var residentMemory: Double?
    var startTime: Double?
    var threads: Double?

    init() {
        openFiles = Self.countOfOpenFiles()
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { maximumFiles = Double(limit.rlim_cur) }
        guard let stat = Self.text("/proc/self/stat"), let name = stat.lastIndex(of: ")") else { return }
        // The fields after the name, which may itself hold blanks and parentheses; the first of them is the third.
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        let field = { (number: Int) -> Double? in fields.count > number - 3 ? Double(fields[number - 3]) : nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        if let user = field(14), let system = field(15) { cpuSeconds = (user + system) / ticks }
        threads = field(20)
        if let started = field(22), let boot = Self.bootTime() { startTime = boot + started / ticks }
        virtualMemory = field(23)
        residentMemory = field(24).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// Kernels from 6.2 on tell the count as the folder's size; elsewhere the entries are counted.
    private static func countOfOpenFiles() -> Double? {
        var status = stat()
        if stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Double(status.st_size) }
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the descriptor that this very look takes.
        return Double(max(count - 3, 0))
    }

    private static func bootTime() -> Double? {
        let line = text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }

    private static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(file, &part, part.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: part[..<count])
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
