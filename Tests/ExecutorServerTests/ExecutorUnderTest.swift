import Curl
import ExecutorAPI
import Foundation
import TestSupport

/// A real executor on a folder of its own, spoken to as the service does.
final class ExecutorUnderTest: Sendable {
    static let token = "the-token"

    /// The run's folder.
    let folder: String
    /// Where the agent's clone and home are.
    let volume: String
    let mode: ExecutorMode
    /// In a container's mode, whom the agent is: nobody else anywhere.
    let agentUser: uid_t
    private let base: String
    private let client: CurlClient

    private init(_ mode: ExecutorMode) throws {
        var template = [UInt8]("/tmp/caretaker-executor-XXXXXX\0".utf8)
        template.withUnsafeMutableBytes { bytes in
            _ = bytes.baseAddress.map { mkdtemp($0.assumingMemoryBound(to: CChar.self)) }
        }
        self.mode = mode
        base = String(decoding: template.dropLast(), as: UTF8.self)
        folder = mode == .process ? base : "\(base)/run"
        volume = mode == .process ? base : "\(base)/volume"
        agentUser = mode == .process ? geteuid() : ContainerLikeStart.newUser()
        client = try CurlClient()
        if mode == .container { try ContainerLikeStart.makeFolders(folder, volume) }
        try Self.token.write(toFile: "\(folder)/token", atomically: false, encoding: .utf8)
        try giveToService("token")
    }

    /// Runs a test on a started executor with a workspace, and leaves nothing of it.
    static func with(
        _ mode: ExecutorMode = .process,
        isStarted: Bool = true,
        hasWorkspace: Bool = true,
        _ body: (ExecutorUnderTest) async throws -> Void
    ) async throws {
        let executor = try ExecutorUnderTest(mode)
        defer {
            executor.kill()
            if mode == .container { Processes.killAll(of: executor.agentUser) }
            try? FileManager.default.removeItem(atPath: executor.base)
        }
        if hasWorkspace {
            try FileManager.default.createDirectory(
                atPath: executor.workspace,
                withIntermediateDirectories: true
            )
            try executor.giveToAgent(executor.workspace)
            try executor.giveToAgent(executor.volume)
        }
        if isStarted { try await executor.start() }
        try await body(executor)
    }

    var workspace: String { "\(volume)/workspace" }

    var home: String { "\(volume)/home" }

    /// The server's process; nil when it has written none.
    var pid: pid_t? {
        let text = try? String(contentsOfFile: "\(folder)/executor.pid", encoding: .utf8)
        return text.flatMap { pid_t($0.filter(\.isNumber)) }
    }

    /// Starts the server, which looks for programs in `path` if that is given, and waits until it listens.
    func start(agentProgram: String? = nil, path: String? = nil) async throws {
        let way = path.map { ["PATH=\($0)"] } ?? []
        guard mode == .process else { return try await ContainerLikeStart.start(self, agentProgram, way) }
        let command = way + [Binaries.path("caretaker-executor"), "start", "--folder", folder]
        let result = try await Program.run("/usr/bin/env", command)
        guard result.code == 0 else { throw TestFailure(result.errors) }
    }

    /// Ends the server at once, as a crash would, and waits until it is gone.
    func kill() {
        guard let pid else { return }
        Processes.killAndWait(pid)
    }

    /// Gives a file in the run's folder the owner and mode that the service gives it.
    func giveToService(_ name: String) throws {
        guard mode == .container else { return }
        let path = "\(folder)/\(name)"
        guard chown(path, ContainerLikeStart.service, ContainerLikeStart.service) == 0, chmod(path, 0o640) == 0
        else { throw TestFailure("chown \(path)") }
    }

    func giveToAgent(_ path: String) throws {
        guard chown(path, agentUser, mode == .process ? getegid() : agentUser) == 0
        else { throw TestFailure("chown \(path)") }
    }

    /// Makes an empty file in the workspace.
    func make(_ name: String) throws {
        try Data().write(to: URL(fileURLWithPath: "\(workspace)/\(name)"))
    }

    func send(
        _ method: String,
        _ path: String,
        _ body: [UInt8]? = nil,
        headers: HTTPHeaders? = nil
    ) async throws -> HTTPResponse {
        try await client.send(request(method, path, body, headers))
    }

    func post<Answer: Decodable>(
        _ path: String,
        _ body: some Encodable,
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let response = try await send("POST", path, [UInt8](JSONEncoder().encode(body)))
        guard response.status == 200 else {
            throw try JSONDecoder().decode(ErrorResponse.self, from: Data(response.body))
        }
        return try JSONDecoder().decode(type, from: Data(response.body))
    }

    /// Begins an execution and returns its stream.
    func begin(_ request: ExecuteRequest) async throws -> HTTPStream {
        let stream = try await client.stream(self.request("POST", "/execute", [UInt8](JSONEncoder().encode(request))))
        guard stream.status == 200 else { throw TestFailure("status \(stream.status)") }
        return stream
    }

    /// An execution's whole stream as bytes.
    func bytes(of id: String, after line: Int = 0) async throws -> [UInt8] {
        let stream = try await client.stream(request("GET", "/execute/\(id)?after=\(line)", nil))
        guard stream.status == 200 else { throw TestFailure("status \(stream.status)") }
        return try await Story.bytes(of: stream)
    }

    /// Runs the test agent to its end.
    func run(
        _ mode: String,
        id: String = "step-1",
        environment: [String: String] = [:],
        limits: ExecutionLimits? = nil
    ) async throws -> Story {
        let request = Self.execution(mode, id: id, environment: environment, limits: limits)
        return try Story(await Story.bytes(of: try await begin(request)))
    }

    static func execution(
        _ mode: String,
        id: String = "step-1",
        environment: [String: String] = [:],
        limits: ExecutionLimits? = nil
    ) -> ExecuteRequest {
        ExecuteRequest(
            id: id,
            prompt: mode,
            agent: AgentInvocation(
                driver: .command,
                command: [Binaries.path("TestAgent")],
                environment: environment,
                sessionID: nil,
                resume: false
            ),
            limits: limits
        )
    }

    private func request(
        _ method: String,
        _ path: String,
        _ body: [UInt8]?,
        _ headers: HTTPHeaders? = nil
    ) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: "http://executor\(path)",
            unixSocket: "\(folder)/executor.sock",
            headers: headers ?? ["Authorization": "Bearer \(Self.token)", "Content-Type": "application/json"],
            body: body,
            timeout: .seconds(60),
            maximumBody: 1 << 30
        )
    }
}
