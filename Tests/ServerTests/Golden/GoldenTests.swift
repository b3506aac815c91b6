import AgentStream
import Curl
import Foundation
import Model
import Store
import Testing

/// The exchanges recorded from the original's server, against ours.
///
/// Not replayed yet: 05 is recorded as a batch (the same headers without batch are below), 13 needs a procedure
/// without input (below, too). `Access-Control-*` is not looked at.
@Suite(.timeLimit(.minutes(10))) struct GoldenTests {
    @Test func theOriginalsExchangesAreAnsweredAlike() async throws {
        try await TestService.run { service in
            var replay = Replay(service: service)
            try await replay.run("10")
            for number in ["01", "02", "03", "30", "31", "32", "33", "34"] { try await replay.run(number) }
            for number in ["40", "41", "42", "43", "44", "45", "46", "47"] { try await replay.run(number) }
            try await replay.run("48", anyMessage: true)
            try await replay.run("50", anyMessage: true)
            for number in ["51", "52", "53", "59", "11"] { try await replay.run(number) }
            // The original answers 500 with its database's words.
            try await replay.run("12", as: (404, "Not Found", "NOT_FOUND", -32004))
            try await replay.run("82", as: (409, "Conflict", "CONFLICT", -32009))
            #expect(replay.lastMessage == "The task first-task has no steps, so there is nothing to run.")
            try await replay.run("83")
            try await theWorldBefore84(service.store)
            try await replay.run("84")
            try await theRunHappens(service.store, replay.likeness.translated("run0002"))
            for number in ["86", "87", "88", "89"] { try await replay.run(number) }
        }
    }

    @Test func aQueryWithTheOldClientsContentTypeIsAnswered() async throws {
        try await TestService.run { service in
            let response = try await service.get("/trpc/tasks.list", ["content-type": "application/json"])
            #expect(response.text == #"{"result":{"data":[]}}"#)
        }
    }

    @Test(arguments: ["%7Bbad", "", "%7B%7D", "null", "%"])
    func aProcedureWithoutInputNeverLooksAtIt(_ input: String) async throws {
        try await TestService.run { service in
            let response = try await service.get("/trpc/tasks.list?input=\(input)")
            #expect(response.status == 200)
            #expect(response.text == #"{"result":{"data":[]}}"#)
        }
    }

    /// A run with an instance, as the recording had one.
    private func theWorldBefore84(_ store: Store) async throws {
        let run = try await store.someRun("Before")
        _ = try await store.admitRuns(caps: Admission.Caps(global: 1), runtime: .process)
        try await store.setInstance(of: run.id, to: .idle)
    }

    /// What the recording's run said.
    private func theRunHappens(_ store: Store, _ id: String) async throws {
        let run = Run.ID(rawValue: id)
        _ = try await store.admitRuns(caps: Admission.Caps(global: 2), runtime: .process)
        try await store.setInstance(of: run, to: .idle)
        try await store.moveRun(run, to: .running)
        let recorded = try JSONValue(parsing: try #require(try Exchange.recorded("86").first).body)
        for message in try #require(recorded["result"]?["data"]?["messages"]?.array) {
            if message["type"] == "internal" {
                try await store.appendNotice(message.encoded, to: run, step: 0)
            } else {
                let kind = try #require(message["type"]?.string.flatMap(Message.Kind.init(rawValue:)))
                try await store.append([.message(NewMessage(kind: kind, body: message.encoded))], to: run)
            }
        }
    }
}

/// Sends recorded requests and compares the answers.
private struct Replay {
    let service: TestService
    var likeness = Likeness()
    private(set) var lastMessage = ""

    init(service: TestService) {
        self.service = service
    }

    mutating func run(_ number: String, anyMessage: Bool = false) async throws {
        for exchange in try Exchange.recorded(number) {
            let answer = try await answer(to: exchange)
            #expect(answer.statusLine == exchange.statusLine, "\(exchange.title)")
            try compare(exchange, answer) { expected, actual in
                guard anyMessage, var error = expected["error"]?.object else { return expected }
                error["message"] = actual["error"]?["message"]
                return ["error": .object(error)]
            }
        }
    }

    /// Replays an exchange whose failure has another code than the original's.
    mutating func run(
        _ number: String,
        as failure: (status: Int, reason: String, code: String, number: Int)
    ) async throws {
        for exchange in try Exchange.recorded(number) {
            let answer = try await answer(to: exchange)
            #expect(answer.statusLine == "HTTP/1.1 \(failure.status) \(failure.reason)", "\(exchange.title)")
            try compare(exchange, answer) { expected, actual in
                let data: JSONObject = [
                    "code": .string(failure.code), "httpStatus": JSONValue(failure.status),
                    "path": expected["error"]?["data"]?["path"] ?? .null,
                ]
                let error: JSONObject = [
                    "message": actual["error"]?["message"] ?? .null, "code": JSONValue(failure.number),
                    "data": .object(data),
                ]
                return .object(["error": .object(error)])
            }
        }
    }

    private mutating func compare(
        _ exchange: Exchange,
        _ answer: RawAnswer,
        _ adapted: (JSONValue, JSONValue) -> JSONValue
    ) throws {
        #expect(answer["content-type"] == exchange["content-type"], "\(exchange.title)")
        #expect(answer["vary"] == exchange["vary"], "\(exchange.title)")
        guard !exchange.body.isEmpty else {
            #expect(answer.body.isEmpty, "\(exchange.title)")
            return
        }
        let actual = try JSONValue(parsing: answer.body)
        lastMessage = actual["error"]?["message"]?.string ?? ""
        let earlier = likeness.differences.count
        likeness.compare(adapted(try JSONValue(parsing: exchange.body), actual), actual)
        #expect(likeness.differences.dropFirst(earlier) == [], "\(exchange.title)")
    }

    /// Sends the request as it was recorded, but with our ids and a length that fits them.
    private func answer(to exchange: Exchange) async throws -> RawAnswer {
        let body = likeness.translated(exchange.requestBody)
        var lines = exchange.requestHead.map { line in
            line.lowercased().hasPrefix("content-length:") ? "Content-Length: \(body.utf8.count)" : line
        }
        lines[0] = likeness.translated(lines[0])
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        let isHead = lines[0].hasPrefix("HEAD")
        return try #require(try await service.raw(text, hasBody: !isHead), "\(exchange.title)")
    }
}
