import Foundation
import Glibc

/// The folder from which an image is built: the Dockerfile, `programs/` and `agent/`.
struct BuildContext {
    private let folder: String

    init(_ folder: String, dockerfile: String) throws {
        self.folder = folder
        try Self.told("make the build context in \(folder)") {
            let files = FileManager.default
            if files.fileExists(atPath: folder) {
                throw Failure("\(folder) is there already", code: EX_CANTCREAT)
            }
            for name in ["programs", "agent"] {
                try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            try files.copyItem(atPath: dockerfile, toPath: "\(folder)/Dockerfile")
        }
    }

    /// Adds programs with those shared libraries that Debian does not have; the programs look for them in their own folder.
    func add(programs: [String]) throws {
        for path in programs {
            guard StandardPaths.isProgram(path) else {
                throw Failure("there is no program \(path)", code: EX_NOINPUT)
            }
            guard Self.isCompiled(path) else {
                try put(path, in: "programs")
                continue
            }
            try strip(path)
            for library in try Self.libraries(of: path) { try put(library, in: "programs") }
        }
    }

    /// Adds the agent's program as `claude`; answers its SHA-256.
    func add(agent: String) throws -> String {
        guard StandardPaths.isProgram(agent) else {
            throw Failure("there is no program \(agent)", code: EX_NOINPUT)
        }
        let source = URL(fileURLWithPath: agent).resolvingSymlinksInPath().path
        try put(source, in: "agent", as: "claude")
        let line = try HostProgram("/usr/bin/sha256sum").output(["--", source])
        return String(line.drop { $0 == "\\" }.prefix { $0 != " " })
    }

    /// Without its symbols, which are most of it, where that can be done.
    private func strip(_ path: String) throws {
        let name = URL(fileURLWithPath: path).lastPathComponent
        guard let strip = HostProgram.path(of: "strip") else { return try put(path, in: "programs") }
        try HostProgram(strip).show(["--strip-all", "-o", "\(folder)/programs/\(name)", path])
        try allow("\(folder)/programs/\(name)")
    }

    /// A link where that is possible: the agent is large.
    private func put(_ path: String, in place: String, as name: String? = nil) throws {
        let target = "\(folder)/\(place)/\(name ?? URL(fileURLWithPath: path).lastPathComponent)"
        try Self.told("copy \(path)") {
            if FileManager.default.fileExists(atPath: target) { return }
            let source = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            var status = stat()
            let isOpenToAll = stat(source, &status) == 0 && status.st_mode & 0o7777 == 0o755
            if isOpenToAll, (try? FileManager.default.linkItem(atPath: source, toPath: target)) != nil { return }
            try FileManager.default.copyItem(atPath: source, toPath: target)
            try allow(target)
        }
    }

    private func allow(_ path: String) throws {
        guard chmod(path, 0o755) == 0 else { throw Failure("the mode of \(path) cannot be set", code: EX_CANTCREAT) }
    }

    /// Whether a program is no script.
    private static func isCompiled(_ path: String) -> Bool {
        let start = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: 4)
        return start == Data([0x7F, 0x45, 0x4C, 0x46])
    }

    private static func libraries(of program: String) throws -> [String] {
        guard let ldd = HostProgram.path(of: "ldd") else { throw Failure("ldd is not in PATH", code: EX_UNAVAILABLE) }
        let words = try HostProgram(ldd).output([program]).split(whereSeparator: \.isWhitespace).map(String.init)
        let own = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent().path + "/"
        return words.filter { word in
            guard word.hasPrefix("/") else { return false }
            let isSystems = ["/lib/", "/lib64/", "/usr/lib/"].contains { word.hasPrefix($0) }
            return !isSystems || word.contains("/swift/") || word.hasPrefix(own)
        }
    }

    private static func told(_ purpose: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("cannot \(purpose): \(error.localizedDescription)", code: EX_CANTCREAT)
        }
    }
}
