import ExecutorAPI
import Foundation
import Glibc

/// The files that the service keeps in a run's folder.
///
/// Modes are set explicitly, whatever the service's umask: the folder 0770 and its files 0640, so that an executor of
/// the same group can use them.
enum RunFolderFiles {
    /// What outlives the run.
    private static let kept: Set<String> = [RunFolder.workBundle, RunFolder.workPatch, RunFolder.export]

    /// Makes the folder and its token, or finds them.
    static func prepare(_ folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard chmod(folder, 0o770) == 0 else { throw failure(folder) }
        let token = "\(folder)/\(RunFolder.token)"
        guard !FileManager.default.fileExists(atPath: token) else { return }
        try write(newToken(), to: token)
    }

    /// Removes what is of no use after the run; blocks while it does.
    ///
    /// The token goes last: as long as it is there, the folder counts as not cleaned and is tried again.
    static func clean(_ folder: String) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where !kept.contains(name) && name != RunFolder.token {
            makeRemovable("\(folder)/\(name)")
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        unlink("\(folder)/\(RunFolder.token)")
        if names.allSatisfy({ !kept.contains($0) }) { rmdir(folder) }
    }

    /// Removes the folder with all that is in it; blocks while it does.
    static func discard(_ folder: String) throws {
        guard isFolder(folder) else { return }
        makeRemovable(folder)
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Gives the owner all rights on the folders of a tree: a module cache, for one, has folders that none may write.
    private static func makeRemovable(_ path: String) {
        guard isFolder(path) else { return }
        chmod(path, 0o700)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            makeRemovable("\(path)/\(name)")
        }
    }

    /// Whether there is a folder, and no link to one.
    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether the folder has not been cleaned.
    static func areLeft(in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(RunFolder.token)")
    }

    private static func newToken() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<32).map { _ in
            let text = String(UInt8.random(in: .min ... .max, using: &random), radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
    }

    private static func write(_ text: String, to path: String) throws {
        let aside = "\(path).new"
        unlink(aside)
        let descriptor = open(aside, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure(aside) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard fchmod(descriptor, 0o640) == 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count,
            rename(aside, path) == 0
        else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CocoaError {
        CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path, "errno": String(cString: strerror(errno))])
    }
}
