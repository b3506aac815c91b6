import ArgumentParser
import Glibc

/// Becomes another program in a clean process: the agent's and the prechecks' way from the executor to the program.
struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Become a program: new session, default signals, no inherited descriptors."
    )

    @Flag(help: "Let nothing below gain privileges by set-user-id programs.")
    var noNewPrivs = false

    @Flag(help: "End the program when the thread that started it ends.")
    var dieWithParent = false

    @Option(help: "The user to become, with no groups but --group and no capabilities.")
    var user: UInt32?

    @Option(help: "The group to become (default: the user's number).")
    var group: UInt32?

    @Option(help: "The folder to run in.")
    var directory: String?

    @Option(help: "Where to look for the program (default: $PATH).")
    var path: String?

    @Flag(help: "The environment is disguised and becomes itself with the program.")
    var wrappedEnvironment = false

    @Option(help: "Where to write why the program could not be started.")
    var reportDescriptor: Int32?

    @Option(help: "A descriptor that the program is to have; may be repeated.")
    var keepDescriptor: [Int32] = []

    @Argument(parsing: .postTerminator, help: "The program and its arguments.")
    var command: [String]

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("A program is missing after --.") }
        guard user == nil || identity != nil else { throw ValidationError("The user and group must not be root's.") }
        guard user != nil || group == nil else { throw ValidationError("--group needs --user.") }
    }

    func run() throws {
        do throws(SystemFailure) {
            try prepare()
            try become()
        } catch {
            let words = [UInt8](error.description.utf8)
            _ = write(reportDescriptor ?? STDERR_FILENO, words, words.count)
            throw ExitCode(127)
        }
    }

    private func prepare() throws(SystemFailure) {
        if getsid(0) != getpid() { setsid() }
        resetSignals()
        umask(0o022)
        makeFirstVictim()
        if let identity { try identity.become() }
        // After the change of user, which takes the order back.
        if wrappedEnvironment { try WrappedEnvironment.unwrap() }
        if dieWithParent { try LinuxCalls.setParentDeathSignal(SIGKILL) }
        if noNewPrivs || user != nil { try LinuxCalls.setNoNewPrivileges() }
        if let directory, chdir(directory) != 0 { throw SystemFailure("change to \(directory)") }
        Descriptor.closeAllAtExec()
        for number in keepDescriptor where fcntl(number, F_SETFD, 0) != 0 {
            throw SystemFailure("keep descriptor \(number)")
        }
    }

    private var identity: AgentUser? { user.flatMap { AgentUser(uid: $0, gid: group ?? $0) } }

    private func resetSignals() {
        for number in CInt(1)...64 where number != SIGKILL && number != SIGSTOP { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    /// When memory runs out, the agent goes and the executor stays to tell.
    private func makeFirstVictim() {
        guard let file = try? Descriptor.open("/proc/self/oom_score_adj", O_WRONLY) else { return }
        try? file.writeAll([UInt8]("1000".utf8))
    }

    /// Tries one place after the other with the rights of whom it became; what may not be started is told only when
    /// there is nothing that may.
    private func become() throws(SystemFailure) {
        let arguments = CStrings(command)
        var code = ENOENT
        for program in programs {
            execvp(program, arguments.pointers)
            if errno != ENOENT && errno != ENOTDIR { code = errno }
        }
        throw SystemFailure("start \(command[0])", code: code)
    }

    /// Where the program may be.
    private var programs: [String] {
        guard let path, !command[0].contains("/") else { return [command[0]] }
        return path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(command[0])" }
    }
}
