import Curl
import ExecutorAPI
import Foundation
import Model

/// Talks to the executor of one run over the unix socket in the run's folder.
struct ExecutorClient: Sendable {
    let curl: CurlClient
    /// The run's folder.
    let folder: String

    /// Asks whether the executor is there; one that is too slow to say so is not yet.
    func health(timeout: Duration) async throws -> HealthResponse {
        do {
            return try await call("GET", "/health", timeout: timeout)
        } catch let error as RuntimeError where error.code == .timedOut {
            throw RuntimeError(.unreachable, error.message)
        }
    }

    func initGit(_ request: InitGitRequest, timeout: Duration) async throws {
        let _: StatusResponse = try await call("POST", "/init-git", request, timeout: timeout)
    }

    func clone(_ request: GitCloneRequest, timeout: Duration) async throws -> GitCloneResponse {
        try await call("POST", "/git-clone", request, timeout: timeout)
    }

    func precheck(_ request: PrecheckRequest, timeout: Duration) async throws -> PrecheckResponse {
        try await call("POST", "/precheck", request, timeout: timeout)
    }

    func export(_ request: GitExportRequest, timeout: Duration) async throws -> GitExportResponse {
        try await call("POST", "/git-export", request, timeout: timeout)
    }

    func cancel(_ execution: String, timeout: Duration) async throws {
        let _: StatusResponse = try await call("POST", "/execute/\(execution)/cancel", timeout: timeout)
    }

    /// Starts an execution, or finds it, and streams its frames from the first.
    func execute(_ request: ExecuteRequest, timeout: Duration) async throws -> HTTPStream {
        try await stream("POST", "/execute", JSONEncoder().encode(request), timeout: timeout)
    }

    /// Streams an execution's frames from the one after `line`.
    func frames(of execution: String, after line: Int, timeout: Duration) async throws -> HTTPStream {
        try await stream("GET", "/execute/\(execution)?after=\(line)", nil, timeout: timeout)
    }

    private func call<Answer: Decodable>(
        _ method: String,
        _ path: String,
        _ body: (any Encodable)? = nil,
        timeout: Duration
    ) async throws -> Answer {
        let request = try request(method, path, body.map { try JSONEncoder().encode($0) }, timeout: timeout)
        let response = try await asRuntimeError { try await curl.send(request) }
        guard response.status == 200 else { throw Self.refusal(path, response.status, response.body) }
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(response.body))
        } catch {
            throw RuntimeError(.refused, "The executor's answer to \(path) cannot be read: \(error)")
        }
    }

    private func stream(_ method: String, _ path: String, _ body: Data?, timeout: Duration) async throws -> HTTPStream {
        let request = try request(method, path, body, timeout: timeout)
        let stream = try await asRuntimeError { try await curl.stream(request) }
        guard stream.status == 200 else {
            var body: [UInt8] = []
            for try await chunk in stream.body where body.count < 65_536 { body += chunk }
            throw Self.refusal(path, stream.status, body)
        }
        return stream
    }

    private func request(_ method: String, _ path: String, _ body: Data?, timeout: Duration) throws -> HTTPRequest {
        let token: String
        do {
            token = try String(contentsOfFile: "\(folder)/\(RunFolder.token)", encoding: .utf8)
        } catch {
            throw RuntimeError(.unreachable, "The executor's token cannot be read: \(error.localizedDescription)")
        }
        return HTTPRequest(
            method: method,
            url: "http://executor\(path)",
            unixSocket: "\(folder)/\(RunFolder.socket)",
            headers: [
                "authorization": "Bearer \(token.trimmingCharacters(in: .whitespacesAndNewlines))",
                "content-type": "application/json",
            ],
            body: body.map { [UInt8]($0) },
            timeout: timeout,
            // The executor's calls are idempotent, yet a repeat on a dead connection would hide that it died.
            reusesConnection: false
        )
    }

    private static func refusal(_ path: String, _ status: Int, _ body: [UInt8]) -> RuntimeError {
        let answer = try? JSONDecoder().decode(ErrorResponse.self, from: Data(body))
        return RuntimeError(
            .refused,
            answer?.message ?? "The executor answered \(path) with status \(status).",
            answer.flatMap { RuntimeError.Refusal(rawValue: $0.code) }
        )
    }
}

/// What `body` gives; a failed connection becomes `RuntimeError` `.unreachable`, a passed time limit `.timedOut`.
func asRuntimeError<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as CurlError {
        throw RuntimeError(
            error.code == .timedOut ? .timedOut : .unreachable,
            "The executor does not answer: \(error.message)"
        )
    }
}
