import FoundationEssentials
import Glibc
import Model
import SystemPackage

/// The file operations that must be durable or must not follow links.
enum Files {
    /// What a path is, links followed.
    enum Kind {
        case folder
        case file
        case other
    }

    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func kind(of path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file
        default: return .other
        }
    }

    /// When a file was last written to, or a folder's entries changed; nil for what is not there.
    static func changed(_ path: String) -> Timestamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Timestamp(milliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000)
    }

    static func exists(_ path: String) -> Bool {
        kind(of: path) != nil
    }

    /// Makes a folder that only the service may enter, with those above it.
    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Removes a file or a whole folder; one that is not there is fine.
    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    /// All names below a folder, as paths relative to it.
    static func namesBelow(_ folder: String) -> [String] {
        (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    }

    static func move(_ source: String, to target: String) throws {
        guard rename(source, target) == 0 else { throw Errno(rawValue: errno) }
    }

    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let raw = UnsafeMutableRawBufferPointer(buffer)
                while count < limit {
                    let taken = try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: raw[count...]))
                    if taken == 0 { break }
                    count += taken
                }
            }
        }
    }

    static func write(_ bytes: [UInt8], to path: String, permissions: FilePermissions) throws {
        let options: FileDescriptor.OpenOptions = [.create, .truncate, .closeOnExec, .noFollow]
        let descriptor = try FileDescriptor.open(path, .writeOnly, options: options, permissions: permissions)
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    }

    /// Puts a finished file in its place so that it survives a power cut: mode, sync, rename, sync of the folder.
    static func publish(_ part: String, as path: String, mode: mode_t = 0o640) throws {
        let descriptor = try FileDescriptor.open(part, .readOnly, options: [.closeOnExec, .noFollow])
        try descriptor.closeAfter {
            guard fchmod(descriptor.rawValue, mode) == 0, fsync(descriptor.rawValue) == 0 else {
                throw Errno(rawValue: errno)
            }
        }
        try move(part, to: path)
        try sync(folder: FilePath(path).removingLastComponent().string)
    }

    static func sync(folder: String) throws {
        let descriptor = try FileDescriptor.open(folder, .readOnly, options: [.closeOnExec, .directory])
        try descriptor.closeAfter {
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}
