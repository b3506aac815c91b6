import Glibc

extension Places {
    /// Where programs are looked for: as the executor was told, else where Debian has them.
    static var path: String {
        guard let path = getenv("PATH"), path.pointee != 0 else {
            return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        }
        return String(cString: path)
    }

    static func name(of user: uid_t) -> String {
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return "caretaker" }
        return String(cString: name)
    }

    /// Whether a command's program is there to be started.
    static func hasProgram(_ name: String) -> Bool {
        if name.contains("/") { return access(name, X_OK) == 0 }
        return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    /// The path from the root, as the current folder has it.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }
}
