import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// Many calls in one request.
@Suite(.timeLimit(.minutes(10))) struct BatchTests {
    private static func settings(_ procedures: ReferenceProcedures) -> TestService.Settings {
        var settings = TestService.Settings()
        settings.extraProcedures =
            procedures.all + [
                Procedure(
                    "test.open",
                    .query,
                    input: nil,
                    output: .any,
                    handler: { _ in
                        procedures.gate.open()
                        return .value("opened")
                    }
                )
            ]
        return settings
    }

    /// The first call ends only when the second has been made.
    @Test(arguments: [[:], ["trpc-accept": "application/jsonl"]] as [HTTPHeaders])
    func callsOfABatchAreMadeAtOnce(_ headers: HTTPHeaders) async throws {
        try await TestService.run(Self.settings(ReferenceProcedures())) { service in
            let input = TestService.percentEncoded(#"{"0":{"ms":1,"v":"waited"}}"#)
            let answer = try await service.get("/trpc/ref.slow,test.open?batch=1&input=\(input)", headers)
            #expect(answer.text.contains("waited"))
            #expect(answer.text.contains("opened"))
        }
    }

    @Test func aLongAnswerStandsBesideOthers() async throws {
        try await TestService.run(Self.settings(ReferenceProcedures())) { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...2000, to: run)
            let id = JSONValue.string(run.rawValue)
            let input = JSONValue(dictionaryLiteral: ("1", ["id": id]), ("2", ["id": "none"])).encoded
            let query = TestService.percentEncoded(String(decoding: input, as: UTF8.self))
            let url = "/trpc/ref.null,runs.byId,runs.byId,ref.void?batch=1&input=\(query)"
            let answer = try await service.get(url)
            #expect(answer.status == 207)
            let json = try JSONValue(parsing: answer.body)
            #expect(json[0] == ["result": ["data": .null]])
            #expect(json[1]?["result"]?["data"]?["messages"]?.array?.count == 2000)
            #expect(json[2]?["error"]?["data"]?["code"] == "NOT_FOUND")
            #expect(json[3] == ["result": [:]])
            let lines = try await service.get(url, ["trpc-accept": "application/jsonl"])
            let decoder = LineDecoder(lines.text)
            #expect(decoder.problems == [])
            let data = decoder.tree["1"]?["kept"]?["result"]?["kept"]?["data"]?["kept"]
            #expect(data == json[1]?["result"]?["data"])
        }
    }

    @Test func aBodyThatCannotBeReadHurtsOnlyThoseWhoReadIt() async throws {
        var settings = Self.settings(ReferenceProcedures())
        settings.options.maximumBody = 100
        try await TestService.run(settings) { service in
            let path = "ref.voidMutation,tasks.create?batch=1"
            let long = try await service.mutate(path, ["1": ["name": .string(String(repeating: "x", count: 200))]])
            #expect(long.status == 207)
            #expect(long.json[0] == ["result": [:]])
            #expect(long.json[1]?["error"]?["data"]?["code"] == "PAYLOAD_TOO_LARGE")
            let broken = try await service.mutate(path, bytes: Array("{".utf8))
            #expect(broken.json[0] == ["result": [:]])
            #expect(broken.json[1]?["error"]?["data"]?["code"] == "BAD_REQUEST")
            #expect(try await service.store.tasks().isEmpty)
        }
    }

    @Test(arguments: [(100, 200), (101, 400)])
    func aBatchHasABound(_ count: Int, _ status: Int) async throws {
        try await TestService.run(Self.settings(ReferenceProcedures())) { service in
            let paths = Array(repeating: "ref.null", count: count).joined(separator: ",")
            let answer = try await service.get("/trpc/\(paths)?batch=1")
            #expect(answer.status == status)
        }
    }

    @Test(arguments: ["batch=true", "batch=0", "batch=", "batch=2&batch=1", "Batch=1", ""])
    func onlyBatch1IsABatch(_ query: String) async throws {
        try await TestService.run(Self.settings(ReferenceProcedures())) { service in
            let answer = try await service.get("/trpc/ref.null,ref.null?\(query)")
            #expect(answer.status == 404)
            #expect(answer.text.contains(#"\"ref.null,ref.null\""#))
        }
    }

    @Test(arguments: [
        ("a,tasks.list,", #"["a","tasks.list",""]"#), (",", #"["",""]"#), ("", #"[""]"#),
        ("ref%2Enull%2Ca%20b", #"["ref.null","a b"]"#), ("x/y,z", #"["x/y","z"]"#), ("a+b", #"["a+b"]"#),
    ])
    func pathsArePartedAtCommas(_ path: String, _ paths: String) async throws {
        try await TestService.run { service in
            let answer = try JSONValue(parsing: try await service.get("/trpc/\(path)?batch=1").body)
            let expected = try JSONValue(parsing: paths).array ?? []
            for (path, answer) in zip(expected, answer.array ?? []) where !["tasks.list", "ref.null"].contains(path) {
                #expect(answer["error"]?["data"]?["path"] == path)
            }
            #expect(answer.array?.count == expected.count)
        }
    }

    @Test func aKeyThatIsNoIndexIsIgnored() async throws {
        try await TestService.run(Self.settings(ReferenceProcedures())) { service in
            let input = #"{"00":1,"+0":2,"-1":3,"7":4,"x":5,"99999999999999999999":6,"0":"right"}"#
            let answer = try await service.get("/trpc/ref.echo?batch=1&input=\(TestService.percentEncoded(input))")
            let json = try JSONValue(parsing: answer.body)
            #expect(json[0]?["result"]?["data"]?["input"] == "right")
        }
    }

    @Test func aStreamedValueNeedsAStream() async throws {
        try await TestService.run(Self.settings(ReferenceProcedures())) { service in
            for suffix in ["", "?batch=1"] {
                let answer = try await service.get("/trpc/ref.nestedPromise\(suffix)")
                #expect(answer.status == 415)
                #expect(answer.text.contains("httpBatchStreamLink"))
            }
        }
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=x", "GET", 405), ("application/octet-stream", "GET", 405),
        ("multipart/form-data; boundary=x", "POST", 415), ("application/x-www-form-urlencoded", "POST", 415),
        ("text/plain", "GET", 200), ("application/json; charset=utf-8", "GET", 200),
    ])
    func onlyJSONIsTaken(_ type: String, _ method: String, _ status: Int) async throws {
        try await TestService.run { service in
            let answer = try await service.client.send(
                HTTPRequest(
                    method: method,
                    url: "\(service.base)/trpc/tasks.list",
                    headers: ["content-type": type],
                    body: method == "POST" ? Array("{}".utf8) : nil
                )
            )
            #expect(answer.status == status)
        }
    }
}
