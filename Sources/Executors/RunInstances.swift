import Curl
import Dispatch
import ExecutorAPI
import Foundation
import Model

/// The runs' folders and the executors that listen in them: what is the same for every runtime.
struct RunInstances: Sendable {
    /// Where the runs' folders are.
    let folder: String
    let limits: CallLimits
    let curl: CurlClient

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

    func spool(_ run: Run.ID, _ execution: Execution.ID, after line: Int) -> AgentFrames {
        let path = RunFolder.spool(of: execution.rawValue, in: folder(of: run))
        let reader = FrameReader(SpoolFile.chunks(of: path), skipping: line)
        return AgentFrames { try await reader.next() }
    }

    func export(_ run: Run.ID) async throws -> WorkExport {
        let answer = try await client(run).export(GitExportRequest(maximumBytes: nil), timeout: limits.export)
        return WorkExport(answer)
    }

    func clean(_ run: Run.ID) async throws {
        let folder = folder(of: run)
        // A large tree takes its time, which a thread of the cooperative pool must not spend.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(with: Result { try RunFolderFiles.clean(folder) })
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
