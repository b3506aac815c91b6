import Glibc

/// A program's environment on its way through `caretaker-executor exec`.
///
/// Its names are disguised until the process has become the agent's user: with `LD_PRELOAD` and the like a task could
/// otherwise have a library of the repository loaded while the process is still root.
enum WrappedEnvironment {
    private static let prefix = "CARETAKER_WRAPPED_"

    /// The environment for `exec`.
    static func wrap(_ environment: [String: String]) -> [String: String] {
        Dictionary(environment.map { (prefix + $0.key, $0.value) }) { $1 }
    }

    /// Makes this process's environment what was wrapped, and nothing else.
    static func unwrap() throws(SystemFailure) {
        var wrapped: [(name: String, value: String)] = []
        var entry = environ
        while let pointer = entry.pointee {
            let text = String(cString: pointer)
            entry += 1
            guard text.hasPrefix(prefix), let sign = text.dropFirst(prefix.count).firstIndex(of: "=") else { continue }
            let name = text[text.index(text.startIndex, offsetBy: prefix.count)..<sign]
            wrapped.append((String(name), String(text[text.index(after: sign)...])))
        }
        clearenv()
        for (name, value) in wrapped where setenv(name, value, 1) != 0 { throw SystemFailure("set \(name)") }
    }
}
