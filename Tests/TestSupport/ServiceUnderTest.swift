package import AgentStream
import Curl
import Foundation
import Glibc

/// A real `caretaker serve` on a state directory of its own, which can be killed and started again.
package actor ServiceUnderTest {
    package nonisolated let folder: String
    /// Where it listens on loopback since its last start.
    package private(set) var port = 0
    private let curl: CurlClient
    private var process: ChildProcess?
    private var identity: [String] = []

    /// A folder with a configuration whose agent is `TestAgent`.
    ///
    /// - Parameters:
    ///   - agent: The agent's command; `TestAgent` takes its mode from the prompt's first line.
    ///   - settings: Further lines of the configuration file.
    /// - Throws: What the file system throws.
    package init(agent: [String] = [Binaries.path("TestAgent")], settings: String = "limits: { linger: 1s }") throws {
        try self.init { folder in
            """
            agent:
              command: [\(agent.joined(separator: ", "))]
              environment: ["CARETAKER_TEST_DELIVERIES=\(folder)/deliveries"]
            \(settings)
            """
        }
    }

    /// A folder with a configuration that ends in lines of the test's own.
    package init(lines: @Sendable (_ folder: String) throws -> String) throws {
        folder = "/tmp/ct-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        curl = try CurlClient(environmentProxies: false)
        let configuration = """
            state_dir: \(folder)/state
            server: { listen: "127.0.0.1:0", socket: \(folder)/caretaker.sock }
            \(try lines(folder))

            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/caretaker.yaml"))
    }

    package nonisolated var socket: String { "\(folder)/caretaker.sock" }
    package nonisolated var state: String { "\(folder)/state" }
    package nonisolated var configuration: String { "\(folder)/caretaker.yaml" }

    /// Runs `body` with the service started and leaves nothing behind: no process, no file.
    package static func with(
        agent: [String] = [Binaries.path("TestAgent")],
        settings: String = "limits: { linger: 1s }",
        _ body: (ServiceUnderTest) async throws -> Void
    ) async throws {
        try await ServiceUnderTest(agent: agent, settings: settings).run(body)
    }

    /// Starts the service, runs `body` and leaves nothing behind: no process, no file.
    package nonisolated func run(
        environment: [String: String] = [:],
        _ body: (ServiceUnderTest) async throws -> Void
    ) async throws {
        try await keep { service in
            try await service.start(environment)
            try await body(service)
        }
    }

    /// Runs `body`, which starts the service in its own way, and leaves nothing behind: no process, no file.
    package nonisolated func keep(_ body: (ServiceUnderTest) async throws -> Void) async throws {
        do {
            try await body(self)
        } catch {
            await remove()
            throw error
        }
        await remove()
    }

    /// Starts the service and returns when it listens.
    package func start(_ environment: [String: String] = [:]) async throws {
        let process = try makeProcess(environment)
        self.process = process
        var heard: [String] = []
        for await line in process.errorLines {
            heard.append(line)
            if let found = line.split(separator: " ").first(where: { $0.hasPrefix("address=127.0.0.1:") }) {
                port = Int(found.dropFirst(18)) ?? 0
            }
            if heard.count(where: { $0.contains("listening") }) == 2 { return }
        }
        throw NotReady(log: heard)
    }

    package struct NotReady: Error {
        package let log: [String]
    }

    /// A second service on the same folder.
    package func makeProcess(_ environment: [String: String] = [:]) throws -> ChildProcess {
        let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder].merging(environment) { $1 }
        let arguments = ["serve", "--config", configuration]
        guard !identity.isEmpty else {
            return try ChildProcess(Binaries.path("caretaker"), arguments, environment: environment)
        }
        return try ChildProcess(
            "/usr/bin/setpriv",
            identity + ["\(folder)/bin/caretaker"] + arguments,
            environment: environment
        )
    }

    /// Gives the folder, with copies of the programs in it, to an unprivileged user as whom the service then starts.
    ///
    /// - Parameters:
    ///   - user: The number of the user and of its own group.
    ///   - groups: The other groups that the service is in.
    /// - Throws: What the file system throws, and `NotReady` when the programs cannot be copied.
    package func become(_ user: UInt32, groups: [UInt32] = []) async throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/bin", withIntermediateDirectories: true)
        // By another process: a child that this one starts meanwhile would hold the copies open, which cannot run then.
        let programs = ["caretaker", "caretaker-executor", "TestAgent"].map(Binaries.path)
        let copying = try ChildProcess("/bin/cp", programs + ["\(folder)/bin/"], environment: [:])
        guard await copying.exit() == 0 else { throw NotReady(log: ["The programs cannot be copied."]) }
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        let moved = text.replacingOccurrences(of: Binaries.path("TestAgent"), with: "\(folder)/bin/TestAgent")
        try Data(moved.utf8).write(to: URL(fileURLWithPath: configuration))
        for path in [folder] + (try FileManager.default.subpathsOfDirectory(atPath: folder)).map({ "\(folder)/\($0)" })
        {
            lchown(path, user, user)
        }
        let others = groups.isEmpty ? "--clear-groups" : "--groups=" + groups.map(String.init).joined(separator: ",")
        identity = ["--reuid=\(user)", "--regid=\(user)", others, "--no-new-privs"]
    }

    /// The service's process id.
    package var pid: CInt { process?.pid ?? 0 }

    /// Kills the service as a crash would and waits until it is gone.
    package func crash() async {
        process?.send(SIGKILL)
        _ = await exit()
    }

    /// Ends the service as systemd would; answers its exit code.
    package func stop() async -> Int32 {
        process?.send(SIGTERM)
        return await exit()
    }

    /// Reads on in what it logs, up to a line that is waited for; answers all that was read.
    package func readLog(upTo isLast: @Sendable (String) -> Bool) async -> [String] {
        guard let process else { return [] }
        var log: [String] = []
        for await line in process.errorLines {
            log.append(line)
            if isLast(line) { break }
        }
        return log
    }

    /// Ends the service; answers what it logged since it listened, or since that was read last.
    package func stopAndReadLog() async -> [String] {
        guard let process else { return [] }
        process.send(SIGTERM)
        var log: [String] = []
        for await line in process.errorLines { log.append(line) }
        _ = await exit()
        return log
    }

    /// The next line of the log that is meant; nil when the service ends before.
    package func logLine(where isMeant: @Sendable (String) -> Bool) async -> String? {
        guard let process else { return nil }
        for await line in process.errorLines where isMeant(line) { return line }
        return nil
    }

    /// Waits until the service has ended by itself.
    package func exit() async -> Int32 {
        guard let process else { return -1 }
        self.process = nil
        return await process.exit()
    }

    private func remove() async {
        if process != nil { _ = await stop() }
        for pid in Processes.mentioning(folder) { kill(pid, SIGKILL) }
        await curl.shutdown()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A procedure's data.
    package func query(_ procedure: String, _ input: JSONValue? = nil) async throws -> JSONValue {
        var url = "http://localhost/trpc/\(procedure)"
        if let input { url += "?input=" + Self.escaped(input) }
        return try Self.data(try await curl.send(HTTPRequest(url: url, unixSocket: socket)))
    }

    /// What a mutation answers.
    package func mutate(_ procedure: String, _ input: JSONValue) async throws -> JSONValue {
        let request = HTTPRequest(
            method: "POST",
            url: "http://localhost/trpc/\(procedure)",
            unixSocket: socket,
            headers: ["content-type": "application/json"],
            body: input.encoded
        )
        return try Self.data(try await curl.send(request))
    }

    /// The body of a path that answers 200.
    package func get(_ path: String) async throws -> [UInt8] {
        let response = try await curl.send(HTTPRequest(url: "http://localhost\(path)", unixSocket: socket))
        guard response.status == 200 else { throw Refused(status: response.status, body: response.body) }
        return response.body
    }

    /// The events of a run from a message on.
    package func events(of run: String, after: Int = 0) async throws -> RunEventStream {
        let url = "http://localhost/runs/\(run)/events?after=\(after)"
        return RunEventStream(try await curl.stream(HTTPRequest(url: url, unixSocket: socket)).body)
    }

    /// The events of a subscription.
    package func subscribe(_ procedure: String, _ input: JSONValue) async throws -> RunEventStream {
        let url = "http://localhost/trpc/\(procedure)?input=\(Self.escaped(input))"
        return RunEventStream(try await curl.stream(HTTPRequest(url: url, unixSocket: socket)).body)
    }

    private static func escaped(_ input: JSONValue) -> String {
        String(decoding: input.encoded, as: UTF8.self).addingPercentEncoding(withAllowedCharacters: .alphanumerics)
            ?? ""
    }

    package struct Refused: Error, CustomStringConvertible {
        package let status: Int
        package let body: [UInt8]

        package var description: String { "\(status): \(String(decoding: body, as: UTF8.self))" }
    }

    private static func data(_ response: HTTPResponse) throws -> JSONValue {
        guard response.status == 200 else { throw Refused(status: response.status, body: response.body) }
        return try JSONValue(parsing: response.body)["result"]?["data"] ?? .null
    }
}
