import Glibc

/// A socket that the service manager opened for this service.
package struct ListenDescriptor: Sendable, Hashable {
    package let descriptor: CInt
    /// The socket unit's `FileDescriptorName=`.
    package let name: String

    /// Takes over what the manager handed in, closed for children; answers nothing when asked again.
    ///
    /// To be called before there are other threads: it takes the variables away, lest a child believes them its own.
    package static func take() -> [ListenDescriptor] {
        let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"]
        let values = variables.map { variable in getenv(variable).map { String(cString: $0) } }
        for variable in variables { unsetenv(variable) }
        guard values[0] == "\(getpid())", let count = values[1].flatMap(CInt.init), (1...1024).contains(count) else {
            return []
        }
        let names = (values[2] ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        return (0..<count).compactMap { index in
            let descriptor = 3 + index
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { return nil }
            let name = Int(index) < names.count ? names[Int(index)] : ""
            return ListenDescriptor(descriptor: descriptor, name: name.isEmpty ? "unknown" : name)
        }
    }
}
