import AgentStream
import Curl
import Testing

/// Sends recorded requests and compares the answers.
struct Replay {
    /// How a failure that is deliberately not the original's is told.
    struct Failure {
        var status: Int
        var reason: String
        var code: String
        var number: Int

        static let notFound = Failure(status: 404, reason: "Not Found", code: "NOT_FOUND", number: -32004)
        static let conflict = Failure(status: 409, reason: "Conflict", code: "CONFLICT", number: -32009)

        /// The recorded shape of an error as it is to be.
        func shape(_ recorded: JSONValue?, message: JSONValue?) -> JSONValue {
            let data: JSONObject = [
                "code": .string(code), "httpStatus": JSONValue(status), "path": recorded?["data"]?["path"] ?? .null,
            ]
            return ["message": message ?? .null, "code": JSONValue(number), "data": .object(data)]
        }
    }

    let service: TestService
    var likeness = Likeness()
    private(set) var lastMessage = ""

    init(service: TestService) {
        self.service = service
    }

    /// Replays what is answered in JSON; `adapted` makes what is expected out of the recorded and the actual answer.
    mutating func run(
        _ number: String,
        adapted: (JSONValue, JSONValue) -> JSONValue = { recorded, _ in recorded }
    ) async throws {
        for exchange in try Exchange.recorded(number) {
            let answer = try await answer(to: exchange)
            #expect(answer.statusLine == exchange.statusLine, "\(exchange.title)")
            try compare(exchange, answer, adapted)
        }
    }

    /// Replays an exchange whose message is a JavaScript engine's.
    mutating func run(_ number: String, anyMessage: Bool) async throws {
        try await run(number) { recorded, actual in
            guard var error = recorded["error"]?.object else { return recorded }
            error["message"] = actual["error"]?["message"]
            return ["error": .object(error)]
        }
    }

    /// Replays an exchange whose failure has another code than the original's.
    mutating func run(_ number: String, as failure: Failure) async throws {
        for exchange in try Exchange.recorded(number) {
            let answer = try await answer(to: exchange)
            #expect(answer.statusLine == "HTTP/1.1 \(failure.status) \(failure.reason)", "\(exchange.title)")
            try compare(exchange, answer) { recorded, actual in
                ["error": failure.shape(recorded["error"], message: actual["error"]?["message"])]
            }
        }
    }

    /// Replays a JSONL stream; the values must be the same, in whatever order they came.
    ///
    /// - Returns: Our answer.
    @discardableResult
    mutating func lines(
        _ number: String,
        hearing: @escaping @Sendable (String) -> Void = { _ in },
        adapted: (JSONValue, JSONValue) -> JSONValue = { recorded, _ in recorded }
    ) async throws -> String {
        let exchange = try #require(try Exchange.recorded(number).first)
        let answer = try await answer(to: exchange) { text in
            hearing(text)
            return false
        }
        #expect(answer.statusLine == exchange.statusLine, "\(exchange.title)")
        compareHeaders(exchange, answer)
        #expect(answer["transfer-encoding"] == "chunked")
        let ours = LineDecoder(answer.text)
        let recorded = LineDecoder(exchange.body, isWhole: false)
        #expect(ours.problems == [], "\(exchange.title)")
        #expect(recorded.problems == [], "\(exchange.title)")
        compare(adapted(recorded.tree, ours.tree), ours.tree, exchange)
        return answer.text
    }

    /// Replays an event stream, whose text must be the same to the byte.
    mutating func events(
        _ number: String,
        until isEnough: @escaping @Sendable (String) -> Bool = { _ in false },
        hearing: @escaping @Sendable (String) -> Void = { _ in },
        adapted: (String) -> String = { $0 }
    ) async throws {
        let exchange = try #require(try Exchange.recorded(number).first)
        let answer = try await answer(to: exchange) { text in
            hearing(text)
            return isEnough(text)
        }
        #expect(answer.statusLine == exchange.statusLine, "\(exchange.title)")
        compareHeaders(exchange, answer)
        for name in ["cache-control", "x-accel-buffering", "connection"] {
            #expect(answer[name] == exchange[name], "\(exchange.title): \(name)")
        }
        #expect(answer.text == adapted(exchange.body) + "\n\n\n", "\(exchange.title)")
    }

    private mutating func compare(
        _ exchange: Exchange,
        _ answer: RawAnswer,
        _ adapted: (JSONValue, JSONValue) -> JSONValue
    ) throws {
        compareHeaders(exchange, answer)
        guard !exchange.body.isEmpty else {
            #expect(answer.body.isEmpty, "\(exchange.title)")
            return
        }
        let actual = try JSONValue(parsing: answer.body)
        lastMessage = actual["error"]?["message"]?.string ?? ""
        compare(adapted(try JSONValue(parsing: exchange.body), actual), actual, exchange)
    }

    private mutating func compare(_ expected: JSONValue, _ actual: JSONValue, _ exchange: Exchange) {
        let earlier = likeness.differences.count
        likeness.compare(expected, actual)
        #expect(likeness.differences.dropFirst(earlier) == [], "\(exchange.title)")
    }

    private func compareHeaders(_ exchange: Exchange, _ answer: RawAnswer) {
        let control = "access-control-"
        let names = Set((exchange.headers + answer.headers).map(\.name).filter { $0.hasPrefix(control) })
        // Ours lets browsers keep the answer to a preflight.
        for name in names.subtracting(["access-control-max-age"]).union(["content-type", "vary"]) {
            #expect(answer[name] == exchange[name], "\(exchange.title): \(name)")
        }
    }

    /// Sends the request as it was recorded, but with our ids and a length that fits them.
    private func answer(
        to exchange: Exchange,
        until isEnough: (@Sendable (String) -> Bool)? = nil
    ) async throws -> RawAnswer {
        let body = likeness.translated(exchange.requestBody)
        var lines = exchange.requestHead.map { line in
            line.lowercased().hasPrefix("content-length:") ? "Content-Length: \(body.utf8.count)" : line
        }
        lines[0] = likeness.translated(lines[0])
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        let isHead = lines[0].hasPrefix("HEAD")
        let answer = try await onThread { [port = service.port] in
            let connection = try RawConnection(port: port)
            guard let isEnough else { return try connection.exchange(text, hasBody: !isHead) }
            connection.send(text)
            return try connection.answer(until: isEnough)
        }
        return try #require(answer, "\(exchange.title)")
    }
}
