import Curl
import Dispatch
import ExecutorAPI
import Foundation
import Model

/// The runs' folders and the executors that listen in them: what is the same for every runtime.
struct RunInstances: Sendable {
    /// Where the runs' folders are.
    let folder: String
    let configured: Setting<CallLimits>
    let curl: CurlClient

    /// How long calls may take, as the configuration says now.
    var limits: CallLimits { configured.current }

    func folder(of run: Run.ID) -> String {
        "\(folder)/\(run)"
    }

    func client(_ run: Run.ID) -> ExecutorClient {
        ExecutorClient(curl: curl, folder: folder(of: run))
    }

    func prepare(_ run: Run.ID) throws {
        do {
            try RunFolderFiles.prepare(folder(of: run))
        } catch {
            throw RuntimeError(.createFailed, "The run's folder cannot be made: \(error)")
        }
    }

    func initGit(_ run: Run.ID, username: String, email: String) async throws {
        try await client(run).initGit(
            InitGitRequest(githubUsername: username, email: email),
            timeout: limits.health
        )
    }

    func clone(_ run: Run.ID, _ request: CloneRequest) async throws -> String? {
        try await client(run).clone(GitCloneRequest(request), timeout: limits.clone).commit
    }

    func precheck(_ run: Run.ID, _ command: [String]) async throws -> PrecheckOutcome {
        let seconds = limits.precheck / .seconds(1)
        let request = PrecheckRequest(id: "precheck", command: command, timeout: seconds)
        // The executor ends the command when its time is over, and needs a moment to do so.
        let answer = try await client(run).precheck(request, timeout: limits.precheck + .seconds(15))
        return PrecheckOutcome(exitCode: answer.exitCode, tail: answer.tail)
    }

    func execute(_ run: Run.ID, _ request: ExecutionRequest, after line: Int) async throws -> AgentFrames {
        // Frames were taken, so the agent was started and there is no need to send the prompt again.
        let stream =
            line > 0
            ? try await client(run).frames(of: request.id.rawValue, after: line, timeout: limits.health)
            : try await client(run).execute(ExecuteRequest(request), timeout: limits.health)
        let body = BodyPull(stream.body)
        let reader = FrameReader({ try await body.next() }, skipping: 0)
        return AgentFrames { try await reader.next() }
    }

    func cancel(_ run: Run.ID, _ execution: Execution.ID) async throws {
        try await client(run).cancel(execution.rawValue, timeout: limits.cancel)
    }

    func spool(_ run: Run.ID, _ execution: Execution.ID, after line: Int) throws -> AgentFrames {
        let folder = folder(of: run)
        // It is made before anything else of an execution.
        guard FileManager.default.fileExists(atPath: RunFolder.folder(of: execution.rawValue, in: folder)) else {
            throw RuntimeError(.refused, "The execution \(execution) was never begun.", .notFound)
        }
        let reader = FrameReader(
            SpoolFile.chunks(of: RunFolder.spool(of: execution.rawValue, in: folder)),
            skipping: line,
            exit: SpoolFile.chunks(of: RunFolder.exit(of: execution.rawValue, in: folder))
        )
        return AgentFrames { try await reader.next() }
    }

    func export(_ run: Run.ID) async throws -> WorkExport {
        let answer = try await client(run).export(GitExportRequest(maximumBytes: nil), timeout: limits.export)
        return WorkExport(answer)
    }

    func clean(_ run: Run.ID) async throws {
        try await aside(folder(of: run), RunFolderFiles.clean)
    }

    func discard(_ run: Run.ID) async throws {
        try await aside(folder(of: run), RunFolderFiles.discard)
    }

    /// Performs what takes its time on a large tree, which a thread of the cooperative pool must not spend.
    private func aside(_ folder: String, _ body: @escaping @Sendable (String) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(with: Result { try body(folder) })
            }
        }
    }

    func leftovers() -> [Run.ID] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map(Run.ID.init(rawValue:)).filter { RunFolderFiles.areLeft(in: folder(of: $0)) }
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
