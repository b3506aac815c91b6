package import Curl
import Foundation
package import OpsMetrics
import Synchronization

/// Speaks to a container engine over its unix socket.
///
/// Every call has a deadline and can be cancelled; answers are bounded. The API's version is negotiated before the
/// first call, and again after the engine refused a version because it was exchanged for another meanwhile.
package final class EngineClient: Sendable {
    /// How long an answer may be: a thousand containers take about two megabytes.
    private static let maximumAnswer = 64 << 20

    package let address: EngineAddress
    let limits: EngineLimits
    private let curl: CurlClient
    private let negotiated = Mutex<EngineVersion?>(nil)
    private let knownProcessors = Mutex<Int?>(nil)
    private let lastFacts = Mutex<EngineFacts?>(nil)
    private let metrics: EngineMetrics?

    package init(
        address: EngineAddress,
        limits: EngineLimits = EngineLimits(),
        curl: CurlClient,
        metrics: EngineMetrics? = nil
    ) {
        self.address = address
        self.metrics = metrics
        self.limits = limits
        self.curl = curl
    }

    /// Sends a call of a version's part of the API.
    ///
    /// Names and values of the query are escaped here; `accepted` are statuses beside 2xx that are no failure; the
    /// deadline is for calls to which that of ordinary ones does not fit.
    func call(
        _ operation: EngineOperation,
        _ method: String,
        _ path: String,
        _ query: KeyValuePairs<String, String> = [:],
        body: Data? = nil,
        accepted: Set<Int> = [],
        deadline: Duration? = nil
    ) async throws -> HTTPResponse {
        let version = try await version()
        let target = "/v\(version)\(path)\(Self.queryText(query))"
        let response = try await exchange(operation, method, target, body, deadline ?? limits.call)
        if (200..<300).contains(response.status) || accepted.contains(response.status) { return response }
        let error = EngineError(status: response.status, message: Self.message(of: response))
        // "client version 1.44 is too new" and its like: next time there is another negotiation.
        if response.status == 400, error.message.contains("version") { negotiated.withLock { $0 = nil } }
        throw error
    }

    /// The same with an answer in JSON.
    func call<Answer: Decodable>(
        _ operation: EngineOperation,
        _ method: String,
        _ path: String,
        _ query: KeyValuePairs<String, String> = [:],
        body: Data? = nil,
        deadline: Duration? = nil
    ) async throws -> Answer {
        try Self.decode(try await call(operation, method, path, query, body: body, deadline: deadline).body, of: path)
    }

    /// What the engine says that it is, asked without a version.
    func hello() async throws -> EngineHello {
        let response = try await exchange(.version, "GET", "/version", nil, limits.call)
        guard response.status == 200 else {
            throw EngineError(status: response.status, message: Self.message(of: response))
        }
        return try Self.decode(response.body, of: "/version")
    }

    /// The version in use, negotiated when it is not known yet.
    func version() async throws -> EngineVersion {
        if let version = negotiated.withLock({ $0 }) { return version }
        let hello = try await hello()
        guard let newest = EngineVersion(hello.apiVersion) else {
            throw EngineError(.incompatible, "The container engine's API version is no number: \(hello.apiVersion)")
        }
        let version = try EngineVersion.negotiate(
            newest: newest,
            oldest: hello.minimumAPIVersion.flatMap(EngineVersion.init)
        )
        negotiated.withLock { $0 = version }
        return version
    }

    /// How many processors the engine's machine has, asked once; nil when it does not say.
    func processors() async throws -> Int? {
        if let number = knownProcessors.withLock({ $0 }) { return number }
        let info: EngineInfo = try await call(.info, "GET", "/info")
        knownProcessors.withLock { $0 = info.processors }
        return info.processors
    }

    /// Looks whether the engine answers, and what it is.
    func ping() async throws {
        let headers = try await call(.ping, "GET", "/_ping").headers
        lastFacts.withLock { $0 = EngineFacts(headers) }
    }

    /// What the engine said of itself when it was last looked at; nil when that was never.
    var facts: EngineFacts? { lastFacts.withLock(\.self) }

    /// Sends a request, and counts it unless it is given up here.
    private func exchange(
        _ operation: EngineOperation,
        _ method: String,
        _ target: String,
        _ body: Data?,
        _ deadline: Duration
    ) async throws -> HTTPResponse {
        let request = request(method, target, body, deadline)
        let began = ContinuousClock.now
        do {
            let response = try await curl.send(request)
            metrics?.count(operation.rawValue, status: response.status, took: began.duration(to: .now))
            return response
        } catch let error as CurlError {
            metrics?.count(operation.rawValue, status: nil, took: began.duration(to: .now))
            throw EngineError(error)
        }
    }

    private func request(_ method: String, _ target: String, _ body: Data?, _ deadline: Duration) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: "http://docker\(target)",
            unixSocket: address.socket,
            headers: body == nil ? [:] : ["content-type": "application/json"],
            body: body.map { [UInt8]($0) },
            timeout: deadline,
            maximumBody: Self.maximumAnswer,
            // A kept connection that broke would be repeated unseen, and a local socket is cheap to open.
            reusesConnection: false
        )
    }

    private static func decode<Answer: Decodable>(_ body: [UInt8], of path: String) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(body))
        } catch {
            throw EngineError(.server, "The container engine's answer to \(path) cannot be read: \(error)")
        }
    }

    /// What the engine says about a refusal, shortened: it ends up in the run's row.
    private static func message(of response: HTTPResponse) -> String {
        let answer = try? JSONDecoder().decode(EngineRefusal.self, from: Data(response.body))
        let text = answer?.message ?? String(decoding: response.body.prefix(512), as: UTF8.self)
        return text.isEmpty
            ? "The container engine answered with status \(response.status)." : String(text.prefix(1024))
    }

    private static func queryText(_ query: KeyValuePairs<String, String>) -> String {
        let fields = query.map { "\($0.key)=\(escaped($0.value))" }
        return fields.isEmpty ? "" : "?" + fields.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-._~".utf8.contains(byte)
            let hexadecimal = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + hexadecimal
        }.joined()
    }
}
