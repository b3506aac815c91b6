import AgentStream
import Curl
import Model
import Store
import TestSupport
import Testing

/// Random inputs and requests: the server answers each with what is not its own fault, and lives on.
@Suite(.timeLimit(.minutes(isSoak ? 60 : 10))) struct FuzzTests {
    private static let count = isSoak ? 200_000 : 2_000

    @Test func randomInputsAreAnsweredAndNeverAFault() async throws {
        try await TestService.run { service in
            let task = try await service.store.someTask()
            let paths = try await Self.paths(service)
            let strange = try await onThread { [port = service.port] in
                var random = Random(seed: 1)
                var connection = try RawConnection(port: port)
                var strange: [String] = []
                for _ in 0..<Self.count {
                    let (path, isQuery) = paths[Int.random(in: 0..<paths.count, using: &random)]
                    let input = random.input(task: task.slug)
                    let request = isQuery ? Self.get(path, input) : Self.post(path, input)
                    connection.send(request)
                    guard let answer = try connection.answer() else {
                        strange.append("no answer to \(path) \(input)")
                        connection = try RawConnection(port: port)
                        continue
                    }
                    if answer.status >= 500 { strange.append("\(answer.text) to \(path) \(input)") }
                }
                return strange
            }
            #expect(strange == [])
            #expect(try await service.get("/").status == 200)
        }
    }

    @Test func brokenRequestsAreAnsweredOrCutAndNeverAFault() async throws {
        try await TestService.run { service in
            let run = try await service.store.someRun()
            _ = try await service.store.cancelRun(run.id)
            let strange = try await onThread { [port = service.port] in
                var random = Random(seed: 2)
                var strange: [String] = []
                for _ in 0..<Self.count / 2 {
                    let request = random.request(run: run.id.rawValue)
                    let connection = try RawConnection(port: port)
                    connection.send(request)
                    connection.finishSending()
                    let answer = String(decoding: try connection.receiveAll(), as: UTF8.self)
                    let fault = answer.contains("HTTP/1.1 5") && !answer.contains("URI malformed")
                    if fault { strange.append("\(answer.prefix(300)) to \(String(decoding: request, as: UTF8.self))") }
                }
                return strange
            }
            #expect(strange == [])
            #expect(try await service.get("/").status == 200)
        }
    }

    @Test func randomBatchesAreAnsweredInTheirForm() async throws {
        try await TestService.run { service in
            let task = try await service.store.someTask()
            let run = try await service.store.someRun()
            _ = try await service.store.cancelRun(run.id)
            let paths = try await Self.paths(service)
            let strange = try await onThread { [port = service.port] in
                var random = Random(seed: 3)
                var connection = try RawConnection(port: port)
                var strange: [String] = []
                for _ in 0..<Self.count / 4 {
                    let (request, calls, isStream) = random.batch(paths, task: task.slug)
                    connection.send(request)
                    guard let answer = try connection.answer() else {
                        strange.append("no answer to \(request)")
                        connection = try RawConnection(port: port)
                        continue
                    }
                    if let fault = Self.fault(answer, calls, isStream) { strange.append("\(fault): \(request)") }
                }
                return strange
            }
            #expect(strange == [])
            #expect(try await service.get("/").status == 200)
        }
    }

    @Test func randomConnectionParamsAreAnsweredAndOpenNothing() async throws {
        var settings = TestService.Settings()
        settings.token = "ct_0123456789abcdefghij"
        try await TestService.run(settings) { service in
            let strange = try await onThread { [port = service.port] in
                var random = Random(seed: 4)
                var connection = try RawConnection(port: port)
                var strange: [String] = []
                for _ in 0..<Self.count / 4 {
                    let params = random.input(task: "ct_0123456789abcdefghi").replacing("\"name\"", with: "\"token\"")
                    let path = random.pick(["runs.onMessage", "tasks.list", "tasks.list,runs.list"])
                    let request = """
                        GET /trpc/\(path)?\(path.contains(",") ? "batch=1&" : "")\
                        connectionParams=\(TestService.percentEncoded(params))&input=%7B%22id%22:%22x%22%7D HTTP/1.1\r\n\
                        Host: localhost\r\n\r\n
                        """
                    connection.send(request)
                    guard let answer = try connection.answer() else {
                        strange.append("no answer to \(request)")
                        connection = try RawConnection(port: port)
                        continue
                    }
                    let isRefused = answer.text.contains("UNAUTHORIZED") || answer.text.contains("PARSE_ERROR")
                    if !isRefused || answer.text.contains("\"result\"") { strange.append("\(answer.text): \(request)") }
                }
                return strange
            }
            #expect(strange == [])
        }
    }

    /// What is wrong with the answer to a batch; nil for nothing.
    private static func fault(_ answer: RawAnswer, _ calls: Int, _ isStream: Bool) -> String? {
        if answer.status >= 500 { return answer.text }
        guard answer["content-type"] == "application/json" else {
            let isWhole = (try? JSONValue(parsing: answer.body))?["error"]?["data"]?["httpStatus"]?.int == answer.status
            return isWhole ? nil : answer.text
        }
        guard isStream else {
            let count = (try? JSONValue(parsing: answer.body))?.array?.count
            return count == calls ? nil : "\(count ?? -1) answers"
        }
        let decoder = LineDecoder(answer.text)
        let isFull = decoder.tree.object?.count == calls
        return decoder.problems.isEmpty && isFull ? nil : "\(decoder.problems) in \(answer.text)"
    }

    private static func paths(_ service: TestService) async throws -> [(String, Bool)] {
        [
            ("tasks.list", true), ("tasks.byId", true), ("tasks.create", false), ("tasks.update", false),
            ("tasks.delete", false), ("runs.create", false), ("runs.byId", true), ("runs.list", true),
            ("runs.messages", true), ("runs.cancel", false), ("runs.retry", false), ("runs.result", true),
            ("instances.list", true), ("instances.get", true), ("instances.remove", false),
            ("schedules.list", true), ("schedules.byId", true), ("schedules.create", false),
            ("schedules.update", false), ("schedules.preview", true), ("schedules.slots", true),
            ("schedules.backfill", false), ("schedules.pause", false), ("schedules.runNow", false),
        ]
    }

    private static func get(_ path: String, _ input: String) -> String {
        "GET /trpc/\(path)?input=\(TestService.percentEncoded(input)) HTTP/1.1\r\nHost: localhost\r\n\r\n"
    }

    private static func post(_ path: String, _ input: String) -> String {
        """
        POST /trpc/\(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Content-Length: \(input.utf8.count)\r\n\r\n\(input)
        """
    }
}

/// SplitMix64 with what the fuzz tests make of it.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }

    /// The JSON text of an input, well made or not.
    mutating func input(task: String) -> String {
        var text = String(decoding: object(depth: 0, task: task).encoded, as: UTF8.self)
        guard Int.random(in: 0..<3, using: &self) == 0 else { return text }
        var bytes = Array(text.utf8)
        for _ in 0...Int.random(in: 0..<4, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<3, using: &self) {
            case 0: bytes[place] = UInt8.random(in: 0x20..<0x7F, using: &self)
            case 1: bytes.remove(at: place)
            default: bytes.insert(pick(Array("{}[]\",:\\-.e0".utf8)), at: place)
            }
        }
        text = String(decoding: bytes, as: UTF8.self)
        return text
    }

    /// A batch of calls of one kind or not, by GET or POST, streamed or not, with an input that may be broken.
    mutating func batch(_ paths: [(String, Bool)], task: String) -> (request: String, calls: Int, isStream: Bool) {
        let isQuery = Bool.random(using: &self)
        let fitting = paths.filter { $0.1 == isQuery }.map(\.0) + ["no.such", ""]
        let all = paths.map(\.0) + ["runs.onMessage"]
        let isMixed = Int.random(in: 0..<8, using: &self) == 0
        let calls = (0..<Int.random(in: 1...5, using: &self)).map { _ in pick(isMixed ? all : fitting) }
        let inputs = calls.indices.map { "\"\($0)\":\(input(task: task))" }.joined(separator: ",")
        let isStream = Bool.random(using: &self)
        let accept = isStream ? "trpc-accept: application/jsonl\r\n" : ""
        let path = calls.joined(separator: pick([",", "%2C", "%2c"]))
        let text = Int.random(in: 0..<10, using: &self) == 0 ? input(task: task) : "{\(inputs)}"
        let head = "Host: localhost\r\nContent-Type: application/json\r\n\(accept)"
        guard isQuery else {
            let request =
                "POST /trpc/\(path)?batch=1 HTTP/1.1\r\n\(head)Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
            return (request, calls.count, isStream)
        }
        let query = "batch=1&input=\(TestService.percentEncoded(text))"
        return ("GET /trpc/\(path)?\(query) HTTP/1.1\r\n\(head)\r\n", calls.count, isStream)
    }

    private static let keys = [
        "id", "name", "steps", "instructions", "checks", "settings", "environment", "limits", "startup", "total",
        "push",
        "branch", "maxConcurrent", "priority", "taskId", "repository", "ref", "state", "before", "limit", "after", "x",
        "task", "expression", "zone", "policy", "start", "end", "jitter", "precheck", "from", "to", "count", "note",
    ]

    private mutating func object(depth: Int, task: String) -> JSONValue {
        let members = (0..<Int.random(in: 0..<6, using: &self)).map { _ in
            JSONObject.Member(key: pick(Self.keys), value: value(depth: depth + 1, task: task))
        }
        return .object(JSONObject(members))
    }

    private mutating func value(depth: Int, task: String) -> JSONValue {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &self) {
        case 0: .null
        case 1: .bool(Bool.random(using: &self))
        case 2: .number(pick(["0", "-1", "1", "1.5", "1e999", "-0", "9223372036854775808", "1e-999", "500"]))
        case 3, 4:
            .string(
                pick([
                    "", "x", "queued", "\u{0}", "\u{10FFFF}e\u{301}", "-", "*", "%", "' OR 1=1 --", "H 2 * * *", "UTC",
                ])
            )
        case 5: .string(task)
        case 6: .array((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(depth: depth + 1, task: task) })
        default: object(depth: depth, task: task)
        }
    }

    /// A request that is nearly right.
    mutating func request(run: String) -> [UInt8] {
        let seeds = [
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "HEAD /trpc/tasks.list HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /trpc/runs.byId?input=%7B%22id%22%3A%22\(run)%22%7D HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /trpc/runs.onMessage?input=%7B%22id%22%3A%22\(run)%22%7D HTTP/1.1\r\nHost: localhost\r\nlast-event-id: 0\r\n\r\n",
            "GET /trpc/tasks.list,runs.list?batch=1 HTTP/1.1\r\nHost: localhost\r\ntrpc-accept: application/jsonl\r\n\r\n",
            "GET /runs/\(run)/events?after=0 HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n",
            "GET /runs/\(run)/work.patch HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            """
            POST /trpc/tasks.byId HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
            Content-Length: 12\r\n\r\n{"id":"1234"}
            """,
            """
            POST /trpc/tasks.delete HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
            Transfer-Encoding: chunked\r\n\r\nB\r\n{"id":"12"}\r\n0\r\n\r\n
            """,
            "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET http://localhost/trpc/tasks.list HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ]
        var bytes = Array(pick(seeds).utf8)
        let edits = Int.random(in: 0..<5, using: &self)
        for _ in 0..<edits where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &self)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(pick([0x0D, 0x0A, 0x20, 0x3A, 0x25, 0x00, 0x2F, 0x3F]), at: place)
            case 3: bytes.removeLast(bytes.count - place)
            default: bytes += Array(pick(seeds).utf8)
            }
        }
        return bytes
    }
}
