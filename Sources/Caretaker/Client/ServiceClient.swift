import AgentStream
import Curl
import Foundation
import Glibc
import Server

/// Calls the service's API over its unix socket or a URL.
struct ServiceClient {
    private let curl: CurlClient
    private let base: String
    private let socket: String?
    private let headers: HTTPHeaders

    init(_ options: ConnectionOptions) throws {
        let environment = ProcessInfo.processInfo.environment
        curl = try CurlClient()
        if let server = options.server ?? (options.socket == nil ? environment["CARETAKER_SERVER"] : nil) {
            base = server.hasSuffix("/") ? String(server.dropLast()) : server
            socket = nil
        } else {
            base = "http://localhost"
            let paths = options.socket.map { [$0] } ?? StandardPaths.clientSockets(environment)
            guard let found = paths.first(where: ListeningSocket.isServed) else {
                throw Failure(
                    "no service was found at \(paths.joined(separator: ", ")); --socket or --server names one",
                    code: EX_UNAVAILABLE
                )
            }
            socket = found
        }
        var headers: HTTPHeaders = [:]
        if let token = options.token ?? environment["CARETAKER_TOKEN"] {
            headers.append("authorization", "Bearer \(token)")
        }
        self.headers = headers
    }

    /// The data that a query answers.
    func query(_ procedure: String, _ input: JSONValue? = nil) async throws -> JSONValue {
        var path = "/trpc/\(procedure)"
        if let input { path += "?input=\(Self.encoded(input))" }
        return try await data(request("GET", path))
    }

    /// The data that a mutation answers, within a time.
    func mutate(
        _ procedure: String,
        _ input: JSONValue,
        within limit: Duration = .seconds(60)
    ) async throws -> JSONValue {
        var request = request("POST", "/trpc/\(procedure)")
        request.timeout = limit
        request.headers.append("content-type", "application/json")
        request.body = input.encoded
        return try await data(request)
    }

    /// What the service says of its readiness, whether it is ready or not.
    func readiness() async throws -> JSONValue {
        var request = request("GET", "/readyz")
        request.headers.append("accept", "application/json")
        let response = try await connected { try await curl.send(request) }
        guard [200, 503].contains(response.status), let answer = try? JSONValue(parsing: response.body) else {
            let text = String(decoding: response.body.prefix(500), as: UTF8.self)
            let isRefused = [401, 403].contains(response.status)
            throw Failure(
                "the service answered with status \(response.status): \(text)",
                code: isRefused ? EX_NOPERM : EX_PROTOCOL
            )
        }
        return answer
    }

    /// A run's events from a message on.
    func events(of run: String, after: Int) async throws -> HTTPStream {
        let stream = try await connected { try await curl.stream(request("GET", "/runs/\(run)/events?after=\(after)")) }
        guard stream.status == 200 else { throw try await Self.refusal(stream) }
        return stream
    }

    /// All that a path answers.
    func bytes(of path: String) async throws -> [UInt8] {
        let stream = try await connected { try await curl.stream(request("GET", path)) }
        guard stream.status == 200 else { throw try await Self.refusal(stream) }
        return try await connected {
            var bytes: [UInt8] = []
            for try await chunk in stream.body { bytes += chunk }
            return bytes
        }
    }

    /// Tells of changes from now on.
    func updates() async throws -> HTTPStream {
        var request = request("GET", "/updates")
        // It is told every few seconds that there is nothing to tell.
        request.maximumSilence = .seconds(60)
        let asked = request
        let stream = try await connected { try await curl.stream(asked) }
        guard stream.status == 200 else { throw try await Self.refusal(stream) }
        return stream
    }

    /// Writes what a path answers into a file.
    func download(_ path: String, to file: String) async throws {
        let stream = try await connected { try await curl.stream(request("GET", path)) }
        guard stream.status == 200 else { throw try await Self.refusal(stream) }
        guard FileManager.default.createFile(atPath: file, contents: nil),
            let handle = FileHandle(forWritingAtPath: file)
        else { throw Failure("\(file) cannot be written", code: EX_CANTCREAT) }
        for try await chunk in stream.body { try handle.write(contentsOf: Data(chunk)) }
        try handle.close()
    }

    /// Writes what a path answers into a file that is not there yet; the answer may take its time to begin.
    ///
    /// - Parameters:
    ///   - path: What is asked for.
    ///   - file: What is written.
    ///   - limit: How long the first byte may take.
    ///   - progress: Shows how far it is.
    /// - Throws: `Failure`, also when the answer breaks off.
    func download(
        _ path: String,
        to file: FileAside,
        within limit: Duration,
        _ progress: ProgressLine
    )
        async throws
    {
        var request = request("GET", path)
        request.timeout = limit
        request.maximumSilence = .seconds(60)
        let asked = request
        let stream = try await progress.ticking("the service copies the database") {
            try await connected { try await curl.stream(asked) }
        }
        guard stream.status == 200 else { throw try await Self.refusal(stream) }
        guard let length = stream.headers["content-length"].flatMap({ Int($0) }) else {
            throw Failure("the service does not say how much it sends", code: EX_PROTOCOL)
        }
        var count = 0
        try await connected {
            for try await chunk in stream.body {
                try file.write(chunk)
                count += chunk.count
                progress.show("\(file.name): \(Output.megabytes(count)) of \(Output.megabytes(length))")
            }
        }
        progress.clear()
        guard count == length else {
            throw Failure("the answer broke off after \(count) of \(length) bytes", code: EX_PROTOCOL)
        }
    }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: base + path,
            unixSocket: socket,
            headers: headers,
            timeout: .seconds(60),
            maximumBody: 1 << 30
        )
    }

    private func data(_ request: HTTPRequest) async throws -> JSONValue {
        let response = try await connected { try await curl.send(request) }
        guard let envelope = try? JSONValue(parsing: response.body) else {
            let text = String(decoding: response.body.prefix(500), as: UTF8.self)
            throw Failure("the service answered with status \(response.status): \(text)", code: EX_PROTOCOL)
        }
        if let error = envelope["error"] {
            throw Self.failure(error)
        }
        return envelope["result"]?["data"] ?? .null
    }

    private static func failure(_ error: JSONValue) -> Failure {
        switch error["data"]?["code"]?.string {
        case "BAD_REQUEST": Failure(sentence(error), code: EX_USAGE, issues: InputIssue.all(in: error))
        case "UNAUTHORIZED":
            Failure("the service wants a token that it knows: --token or CARETAKER_TOKEN", code: EX_NOPERM)
        case "FORBIDDEN": Failure(sentence(error), code: EX_NOPERM)
        default: Failure(sentence(error), code: EX_SOFTWARE)
        }
    }

    /// What a person is told of an error: issues of an input as field and message.
    private static func sentence(_ error: JSONValue) -> String {
        let message = error["message"]?.string ?? "the call failed"
        let issues = InputIssue.all(in: error)
        return issues.isEmpty ? message : issues.map(\.description).joined(separator: "\n")
    }

    private func connected<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as CurlError {
            throw Failure("the service does not answer: \(error.message)", code: EX_UNAVAILABLE)
        }
    }

    private static func refusal(_ stream: HTTPStream) async throws -> Failure {
        var body: [UInt8] = []
        for try await chunk in stream.body where body.count < 4096 { body += chunk }
        let text = String(decoding: body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let code = [401, 403].contains(stream.status) ? EX_NOPERM : EX_SOFTWARE
        return Failure(text.isEmpty ? "the service answered with status \(stream.status)" : text, code: code)
    }

    private static func encoded(_ value: JSONValue) -> String {
        let safe = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~".utf8)
        return value.encoded.reduce(into: "") { text, byte in
            if safe.contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                text += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
    }
}
