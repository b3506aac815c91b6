import Glibc

/// Files that are either there as a whole or not at all.
enum SafeFile {
    /// Writes aside, syncs, renames and syncs the folder.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o640) throws(SystemFailure) {
        let aside = path + ".part"
        do {
            // Without waiting, as a pipe that the agent made there would have it.
            let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK
            let file = try Descriptor.open(aside, flags, mode: mode)
            try file.writeAll(bytes)
            try file.sync()
        }
        try rename(aside, to: path)
    }

    /// Renames and makes that last.
    static func rename(_ old: String, to new: String) throws(SystemFailure) {
        guard Glibc.rename(old, new) == 0 else { throw SystemFailure("rename \(old)") }
        try syncFolder(of: new)
    }

    /// Makes a folder that was not there, and makes that last.
    ///
    /// - Returns: False when it was there.
    static func makeFolder(_ path: String, mode: mode_t = 0o770) throws(SystemFailure) -> Bool {
        if mkdir(path, mode) != 0 {
            if errno == EEXIST { return false }
            throw SystemFailure("mkdir \(path)")
        }
        try syncFolder(path)
        try syncFolder(of: path)
        return true
    }

    /// The whole content; nil when there is no such file.
    static func read(_ path: String, limit: Int = 64 << 20) throws(SystemFailure) -> [UInt8]? {
        let file: Descriptor
        do {
            file = try Descriptor.open(path, O_RDONLY)
        } catch  where error.code == ENOENT {
            return nil
        }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemFailure("stat \(path)") }
        return try file.read(at: 0, count: min(Int(status.st_size), limit))
    }

    /// Whether there is something of this name, a link that leads nowhere included.
    static func exists(_ path: String) -> Bool {
        // Not access(2), which asks for the process's real user and not for whom the thread works.
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// What a folder holds, without the two dots.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let item = readdir(stream) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func syncFolder(of path: String) throws(SystemFailure) {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        try syncFolder(end == path.startIndex ? "." : String(path[..<end]))
    }

    private static func syncFolder(_ path: String) throws(SystemFailure) {
        try Descriptor.open(path, O_RDONLY | O_DIRECTORY).sync()
    }
}
