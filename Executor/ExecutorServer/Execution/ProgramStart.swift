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
        let input = try inputFile(plan.input)
        opened.append(input)
        let output = try Pipe.open(capacity: 1 << 20)
        opened.append(output.writing)
        defer {
            for number in opened { close(number) }
            if !isStarted { close(output.reading) }
        }
        let errors = try Pipe.open()
        opened.append(errors.writing)
        defer { if !isStarted { close(errors.reading) } }
        let report = try Pipe.open()
        defer { close(report.reading) }
        let spawned = Result { () throws(SystemFailure) in
            try spawn(
                plan,
                [input, output.writing, plan.mergesErrors ? output.writing : errors.writing, report.writing]
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

    private static func spawn(_ plan: ProgramPlan, _ descriptors: [CInt]) throws(SystemFailure) -> pid_t {
        try Spawn.start(
            Spawn.ownProgram,
            arguments: [
                "exec", "--no-new-privs", "--die-with-parent", "--report-descriptor", "3", "--directory",
                plan.directory, "--",
            ] + plan.command,
            environment: plan.environment,
            descriptors: descriptors
        )
    }

    /// A program that could not be started, with the reason in a sentence.
    struct Refusal: Error, CustomStringConvertible {
        let reason: String

        var description: String { reason }
    }

    /// A file without a name that holds the bytes, so that nothing has to feed a pipe and nothing stays behind.
    private static func inputFile(_ bytes: [UInt8]) throws(SystemFailure) -> CInt {
        guard let number = LinuxCalls.memoryFile(named: "prompt") else { throw SystemFailure("memfd_create") }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(number, $0.baseAddress.map { $0 + written }, $0.count - written) }
            guard count > 0 else {
                let failure = SystemFailure("write")
                close(number)
                throw failure
            }
            written += count
        }
        lseek(number, 0, SEEK_SET)
        return number
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
