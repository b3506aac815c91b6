import ArgumentParser
import ExecutorAPI
import Glibc
import Hummingbird
import Logging
import NIOCore

/// Serves a run's folder until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a run's folder in the foreground."
    )

    /// What the ready descriptor is told when the socket listens.
    static let readyWord = "ready"

    @Option(help: "The run's folder.")
    var folder: String

    @Option(help: "The agent's clone (default: workspace in the run's folder).")
    var workspace: String?

    @Option(help: "The agent's home (default: home in the run's folder).")
    var home: String?

    @Option(help: "The user that the agent and git run as, UID or UID:GID; nothing else here may run as it.")
    var agentUser: AgentUser?

    @Option(help: "The agent whose version is told before an execution asks for it.")
    var agentProgram = "claude"

    @Option(help: "Where to tell that the socket listens, or why it does not.")
    var readyDescriptor: Int32?

    func run() async throws {
        if let readyDescriptor { _ = fcntl(readyDescriptor, F_SETFD, FD_CLOEXEC) }
        do {
            try await serve()
        } catch {
            tell("\(error)")
            FailureText.write("caretaker-executor: \(error)\n")
            throw ExitCode.failure
        }
    }

    private func serve() async throws {
        umask(0o007)
        let folder = Places.absolute(folder)
        let places = Places(
            run: folder,
            workspace: workspace.map(Places.absolute) ?? "\(folder)/workspace",
            home: home.map(Places.absolute) ?? "\(folder)/home",
            agentUser: agentUser
        )
        let socket = places.inRun(RunFolder.socket)
        guard socket.utf8.count <= UnixSocket.longestPath else {
            throw ServeFailure(
                description: "The socket's path is longer than \(UnixSocket.longestPath) bytes: \(socket)"
            )
        }
        let lock = try FolderLock(folder, name: "executor.lock", waits: false)
        defer { lock.release() }
        try LinuxCalls.becomeSubreaper()
        try LinuxCalls.forbidInspection()
        if let agentUser {
            try writeToLog(of: places)
            try AgentGround(places: places, user: agentUser).prepare()
        }
        try SafeFile.write([UInt8]("\(getpid())\n".utf8), to: places.inRun(RunFolder.pid))
        try places.asAgent { _ = try SafeFile.makeFolder(places.home) }
        try await listen(places, socket)
    }

    /// Sends standard error to the run's folder, because nobody keeps what a container prints.
    private func writeToLog(of places: Places) throws {
        let log = try Descriptor.open(places.inRun(RunFolder.log), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
        guard dup2(log.number, STDERR_FILENO) >= 0 else { throw SystemFailure("open \(RunFolder.log)") }
    }

    private func listen(_ places: Places, _ socket: String) async throws {
        var logger = Logger(label: "caretaker-executor")
        logger.logLevel = .notice
        let running = RunningPrograms()
        let gate = Gate()
        let executions = Executions(places: places, gate: gate, running: running)
        try executions.recover()
        try watchSignals(running, places)

        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: FailureMiddleware(logger: logger))
        router.add(middleware: TokenMiddleware(places: places))
        ExecutorRoutes(places: places, gate: gate, executions: executions, running: running).add(to: router)
        unlink(socket)
        // One run's calls need no more, and each loop has its own buffers.
        NIOSingletons.groupLoopCountSuggestion = 1
        let isListening = Watched(false)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: socket)),
            onServerRunning: { _ in
                chmod(socket, 0o660)
                tell(Self.readyWord)
                isListening.change { $0 = true }
            },
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [agentProgram] in
                try await isListening.first { $0 ? () : nil }
                await executions.learnVersion(of: agentProgram)
            }
            try await application.run()
        }
    }

    /// Ends the agent and then this process when asked to.
    private func watchSignals(_ running: RunningPrograms, _ places: Places) throws {
        try Signals.watch { event in
            switch event {
            case .child: running.wake()
            case .stop:
                running.shutDown {
                    Self.killHelpers()
                    unlink(places.inRun(RunFolder.socket))
                    unlink(places.inRun(RunFolder.pid))
                    _exit(0)
                }
            }
        }
    }

    /// Ends what is left below this process, git helpers and the like, so that nothing writes into the folder any more.
    private static func killHelpers() {
        // Again and again, because of forks in between.
        for _ in 0..<100 {
            let living = ProcessTable.descendants(of: getpid()).filter { !$0.isZombie }
            if living.isEmpty { return }
            for process in living { ProcessTable.signal(SIGKILL, process) }
            usleep(5000)
        }
    }

    private func tell(_ words: String) {
        guard let readyDescriptor else { return }
        let bytes = [UInt8](words.utf8)
        _ = write(readyDescriptor, bytes, bytes.count)
        close(readyDescriptor)
    }
}

/// Why the server cannot serve.
private struct ServeFailure: Error, CustomStringConvertible {
    let description: String
}
