import Foundation
import Glibc

/// The editor of whoever uses the command line.
enum Editor {
    /// Opens a file in it and waits until it has ended.
    ///
    /// - Throws: `Failure` when it cannot be started or fails.
    static func open(_ path: String) throws(Failure) {
        let environment = ProcessInfo.processInfo.environment
        let chosen = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty }
        let command = chosen ?? (HostProgram.path(of: "editor") == nil ? "vi" : "editor")
        // The shell is for editors with arguments, such as "code --wait".
        let status = try run(["/bin/sh", "-c", "\(command) \"$@\"", command, path])
        guard status == 0 else { throw Failure("the editor \(command) failed (\(status))", code: EX_UNAVAILABLE) }
    }

    /// Runs a program in our process group, to which the terminal belongs; Foundation would give it one of its own.
    private static func run(_ arguments: [String]) throws(Failure) -> CInt {
        // Ctrl-C is the editor's.
        let (interrupt, quit) = (signal(SIGINT, SIG_IGN), signal(SIGQUIT, SIG_IGN))
        defer {
            signal(SIGINT, interrupt)
            signal(SIGQUIT, quit)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGQUIT)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var argv = arguments.map { strdup($0) } + [nil]
        defer { for pointer in argv { free(pointer) } }
        var pid: pid_t = 0
        let error = posix_spawn(&pid, arguments[0], nil, &attributes, &argv, environ)
        guard error == 0 else {
            throw Failure("\(arguments[0]) cannot be started: \(String(cString: strerror(error)))", code: EX_OSERR)
        }
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
    }
}
