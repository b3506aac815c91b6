import Foundation
import Glibc

/// Where things are unless the configuration says otherwise.
enum StandardPaths {
    static let socketName = "caretaker.sock"

    /// `/var/lib/caretaker` as root or under systemd, else `$XDG_STATE_HOME/caretaker`.
    static func stateFolder(_ environment: [String: String]) -> String {
        if let folder = environment["STATE_DIRECTORY"], !folder.isEmpty { return folder }
        if geteuid() == 0 { return "/var/lib/caretaker" }
        if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return "\(folder)/caretaker" }
        return "\(NSHomeDirectory())/.local/state/caretaker"
    }

    /// In `$RUNTIME_DIRECTORY`, else `$XDG_RUNTIME_DIR`, else the state directory.
    static func socket(_ environment: [String: String], stateFolder: String) -> String {
        let folder = ["RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"].lazy.compactMap { environment[$0] }
            .first { $0.hasPrefix("/") }
        return "\(folder ?? stateFolder)/\(socketName)"
    }

    /// Where a client looks for the service, in order.
    static func clientSockets(_ environment: [String: String]) -> [String] {
        var paths: [String] = []
        if let path = environment["CARETAKER_SERVER_SOCKET"] { paths.append(path) }
        paths.append("/run/caretaker/\(socketName)")
        if let folder = environment["XDG_RUNTIME_DIR"] { paths.append("\(folder)/\(socketName)") }
        let state = environment["CARETAKER_STATE_DIR"] ?? stateFolder(environment)
        return paths + ["\(state)/\(socketName)"]
    }

    /// The one absolute spelling of a path: executors are recognised by it, also after a restart from elsewhere.
    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }

    /// A program in the folder of this one.
    static func beside(_ name: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/caretaker"
        return "\((own as NSString).deletingLastPathComponent)/\(name)"
    }

    /// The program of a name in the folders of a `PATH`; a path as it is, when there is such a program.
    static func program(_ name: String, path: String?) -> String? {
        let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        let candidates = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
        return candidates.first(where: isProgram)
    }

    /// Whether a path is that of a file that can be executed.
    static func isProgram(_ path: String) -> Bool {
        var isFolder = ObjCBool(false)
        let manager = FileManager.default
        return manager.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && manager.isExecutableFile(atPath: path)
    }
}
