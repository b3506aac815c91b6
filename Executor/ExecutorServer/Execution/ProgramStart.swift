import Glibc

/// Starts a program through `caretaker-executor exec`, which prepares the process and then becomes the program.
enum ProgramStart {
    /// A program that runs, and our ends of its pipes, which the caller closes.
    struct Started {
        let pid: pid_t
        let output: CInt
        let errors: CInt
    }

    /// How long the way from a new process to the program may take, in milliseconds.
    private static let patience: CInt = 30_000

    /// - Throws: A `SystemFailure`, or a `Refusal` with what the new process said.
    static func start(_ plan: ProgramPlan) throws -> Started {
        var opened: [CInt] = []
        var isStarted = false
        defer { for number in opened { close(number) } }
        let input = try Handover.memoryFile(holding: plan.input)
        opened.append(input)
        var handed: [CInt] = []
        for handover in plan.handovers {
            handed.append(try handover.open())
            opened.append(contentsOf: handed.suffix(1))
        }
        let output = try Pipe.open(capacity: 1 << 20)
        opened.append(output.writing)
        defer { if !isStarted { close(output.reading) } }
        let errors = try Pipe.open()
        opened.append(errors.writing)
        defer { if !isStarted { close(errors.reading) } }
        // Whoever opens its standard streams anew, as by /dev/stderr, needs rights on them.
        if let user = plan.user { try give(opened, to: user) }
        let report = try Pipe.open()
        defer { close(report.reading) }
        let spawned = Result { () throws(SystemFailure) in
            try spawn(
                plan,
                [input, output.writing, plan.mergesErrors ? output.writing : errors.writing, report.writing] + handed
            )
        }
        // Only the new process may hold this end: its end is the sign that the program runs.
        close(report.writing)
        let pid = try spawned.get()
        if let refusal = waitForReport(report.reading) {
            kill(pid, SIGKILL)
            var status: CInt = 0
            waitpid(pid, &status, 0)
            throw Refusal(reason: refusal)
        }
        isStarted = true
        return Started(pid: pid, output: output.reading, errors: errors.reading)
    }

    private static func give(_ descriptors: [CInt], to user: AgentUser) throws(SystemFailure) {
        for number in descriptors where fchown(number, user.uid, user.gid) != 0 {
            throw SystemFailure("give a descriptor to user \(user.uid)")
        }
    }

    private static func spawn(_ plan: ProgramPlan, _ descriptors: [CInt]) throws(SystemFailure) -> pid_t {
        let kept = plan.handovers.indices.flatMap { ["--keep-descriptor", "\(Handover.firstDescriptor + $0)"] }
        return try Spawn.start(
            Spawn.ownProgram,
            arguments: [
                "exec", "--wrapped-environment", "--no-new-privs", "--die-with-parent", "--report-descriptor", "3",
                "--directory",
                plan.directory,
                // Not that of the plan's environment, by which a repository could bring a program of its own.
                "--path", Places.path,
            ] + Self.identity(of: plan.user) + kept + ["--"] + plan.command,
            environment: WrappedEnvironment.wrap(plan.environment),
            descriptors: descriptors
        )
    }

    /// What `exec` is told of the user to become.
    static func identity(of user: AgentUser?) -> [String] {
        guard let user else { return [] }
        return ["--user", "\(user.uid)", "--group", "\(user.gid)"]
    }

    /// A program that could not be started, with the reason in a sentence.
    struct Refusal: Error, CustomStringConvertible {
        let reason: String

        var description: String { reason }
    }

    /// What the new process could not do; nil when the pipe ends without a word, as it does when the program starts.
    private static func waitForReport(_ pipe: CInt) -> String? {
        var words: [UInt8] = []
        while true {
            var entry = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, patience)
            if ready < 0 && errno == EINTR { continue }
            if ready == 0 { return "The process took too long to become the program." }
            var buffer = [UInt8](repeating: 0, count: 1024)
            let count = read(pipe, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            words.append(contentsOf: buffer[..<count])
        }
        return words.isEmpty ? nil : String(decoding: words, as: UTF8.self)
    }
}
