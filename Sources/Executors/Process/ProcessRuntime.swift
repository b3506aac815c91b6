import Curl
import Dispatch
import ExecutorAPI
import Foundation
package import Logging
package import Model

/// Runs executors as local processes, each in a folder below the state directory; it isolates nothing.
///
/// An executor is in a session of its own and outlives the service.
package struct ProcessRuntime: Runtime {
    private let runsFolder: String
    private let executor: String
    private let limits: CallLimits
    private let curl: CurlClient
    private let logger: Logger

    package var kind: RuntimeKind { .process }

    /// Makes a runtime.
    ///
    /// - Parameters:
    ///   - stateFolder: The state directory.
    ///   - executor: The path of `caretaker-executor`.
    ///   - limits: How long calls may take.
    ///   - logger: Where it says what it does.
    /// - Throws: `CurlError` when libcurl cannot be set up.
    package init(stateFolder: String, executor: String, limits: CallLimits, logger: Logger) throws {
        runsFolder = Self.runsFolder(in: stateFolder)
        self.executor = executor
        self.limits = limits
        self.logger = logger
        curl = try CurlClient(environmentProxies: false)
    }

    /// Where the runs' folders are below a state directory.
    package static func runsFolder(in stateFolder: String) -> String {
        "\(stateFolder)/runs"
    }

    /// How long the socket path of a run's executor is below a state directory, in bytes.
    package static func socketPathLength(in stateFolder: String) -> Int {
        let id = Run.ID(at: Timestamp(milliseconds: 0))
        return "\(runsFolder(in: stateFolder))/\(id)/\(RunFolder.socket)".utf8.count
    }

    package func folder(of run: Run.ID) -> String {
        "\(runsFolder)/\(run)"
    }

    package func prepare(_ run: Run.ID) async throws {
        do {
            try RunFolderFiles.prepare(folder(of: run))
        } catch {
            throw RuntimeError(.createFailed, "The run's folder cannot be made: \(error)")
        }
    }

    package func start(_ run: Run.ID) async throws {
        let starter = ExecutorStarter(executor: executor, limit: limits.start)
        let folder = folder(of: run)
        // A start that is given up half way would leave an executor that nobody knows of.
        try await uncancelled { try await starter.start(folder: folder) }
        _ = try await client(run).health(timeout: limits.health)
    }

    package func initGit(_ run: Run.ID, username: String, email: String) async throws {
        try await client(run).initGit(
            InitGitRequest(githubUsername: username, email: email),
            timeout: limits.health
        )
    }

    package func clone(_ run: Run.ID, _ request: CloneRequest) async throws -> String? {
        try await client(run).clone(GitCloneRequest(request), timeout: limits.clone).commit
    }

    package func execute(_ run: Run.ID, _ request: ExecutionRequest, after line: Int) async throws -> AgentFrames {
        // Frames were taken, so the agent was started and there is no need to send the prompt again.
        let stream =
            line > 0
            ? try await client(run).frames(of: request.id.rawValue, after: line, timeout: limits.health)
            : try await client(run).execute(ExecuteRequest(request), timeout: limits.health)
        let body = BodyPull(stream.body)
        let reader = FrameReader({ try await body.next() }, skipping: 0)
        return AgentFrames { try await reader.next() }
    }

    package func cancel(_ run: Run.ID, _ execution: Execution.ID) async throws {
        try await client(run).cancel(execution.rawValue, timeout: limits.cancel)
    }

    package func spool(_ run: Run.ID, _ execution: Execution.ID, after line: Int) async throws -> AgentFrames {
        let path = RunFolder.spool(of: execution.rawValue, in: folder(of: run))
        let reader = FrameReader(SpoolFile.chunks(of: path), skipping: line)
        return AgentFrames { try await reader.next() }
    }

    package func export(_ run: Run.ID) async throws -> WorkExport {
        let answer = try await client(run).export(GitExportRequest(maximumBytes: nil), timeout: limits.export)
        return WorkExport(answer)
    }

    package func status(_ run: Run.ID) async throws -> InstanceStatus {
        ExecutorProcess(folder: folder(of: run)) == nil ? .gone : .running
    }

    package func stop(_ run: Run.ID) async throws {
        guard let process = ExecutorProcess(folder: folder(of: run)) else { return }
        try await process.end(grace: limits.stop)
    }

    package func clean(_ run: Run.ID) async throws {
        let folder = folder(of: run)
        // A large tree takes its time, which a thread of the cooperative pool must not spend.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(with: Result { try RunFolderFiles.clean(folder) })
            }
        }
    }

    package func leftovers() async -> [Run.ID] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runsFolder)) ?? []
        return names.map(Run.ID.init(rawValue:)).filter { RunFolderFiles.areLeft(in: folder(of: $0)) }
    }

    private func client(_ run: Run.ID) -> ExecutorClient {
        ExecutorClient(curl: curl, folder: folder(of: run))
    }
}

/// Pulls chunks from a response's body one at a time.
private actor BodyPull {
    private var iterator: HTTPBody.AsyncIterator

    init(_ body: HTTPBody) {
        iterator = body.makeAsyncIterator()
    }

    func next() async throws -> [UInt8]? {
        var copy = iterator
        defer { iterator = copy }
        return try await copy.next()
    }
}
