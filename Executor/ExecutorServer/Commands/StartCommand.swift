import ArgumentParser
import ExecutorAPI
import Glibc

/// Makes sure that an executor serves a run's folder.
struct StartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a detached executor for a run's folder unless one answers there already."
    )

    /// How long the new server may take until it listens, in milliseconds.
    private static let patience: CInt = 60_000

    @Option(help: "The run's folder.")
    var folder: String

    @Option(help: "The agent's clone.")
    var workspace: String?

    @Option(help: "The agent's home.")
    var home: String?

    func run() throws {
        // A caller may wait for the end of a pipe that it gave us; the server must not hold it.
        Descriptor.closeAllAtExec()
        let folder = Places.absolute(folder)
        do {
            // Whoever starts first is done before the next one looks.
            let lock = try FolderLock(folder, name: "executor.start.lock", waits: true)
            defer { lock.release() }
            if Probe.answers(inFolder: folder) { return }
            if let reason = try launch(folder) { throw StartFailure(description: reason) }
        } catch {
            FailureText.write("caretaker-executor: \(error)\n")
            throw ExitCode.failure
        }
    }

    /// - Returns: Why the server does not listen; nil when it does.
    private func launch(_ folder: String) throws -> String? {
        let input = try Descriptor.open("/dev/null", O_RDONLY)
        let log = try Descriptor.open("\(folder)/\(RunFolder.log)", O_WRONLY | O_CREAT | O_APPEND)
        let ready = try Pipe.open()
        defer { close(ready.reading) }
        var arguments = ["serve", "--folder", folder, "--ready-descriptor", "3"]
        if let workspace { arguments += ["--workspace", Places.absolute(workspace)] }
        if let home { arguments += ["--home", Places.absolute(home)] }
        let spawned = Result { () throws(SystemFailure) in
            try Spawn.start(
                Spawn.ownProgram,
                arguments: arguments,
                environment: ["PATH": Places.path],
                descriptors: [input.number, log.number, log.number, ready.writing]
            )
        }
        close(ready.writing)
        let pid = try spawned.get()
        return waitUntilReady(ready.reading, pid: pid)
    }

    private func waitUntilReady(_ pipe: CInt, pid: pid_t) -> String? {
        var entry = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, Self.patience) < 0 && errno == EINTR {}
        guard entry.revents != 0 else {
            kill(pid, SIGKILL)
            return "The executor did not listen in time; its log is \(RunFolder.log)."
        }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(pipe, &buffer, buffer.count)
        let words = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        if words == ServeCommand.readyWord { return nil }
        return words.isEmpty ? "The executor ended at once; its log is \(RunFolder.log)." : words
    }
}

/// Why no executor serves the folder.
private struct StartFailure: Error, CustomStringConvertible {
    let description: String
}
