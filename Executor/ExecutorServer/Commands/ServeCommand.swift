import ArgumentParser
import ExecutorAPI
import Glibc
import Hummingbird
import Logging

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
            home: home.map(Places.absolute) ?? "\(folder)/home"
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
        try SafeFile.write([UInt8]("\(getpid())\n".utf8), to: places.inRun(RunFolder.pid))
        _ = try SafeFile.makeFolder(places.home)
        try await listen(places, socket)
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
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: socket)),
            onServerRunning: { _ in
                chmod(socket, 0o660)
                tell(Self.readyWord)
            },
            logger: logger
        )
        try await application.run()
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
