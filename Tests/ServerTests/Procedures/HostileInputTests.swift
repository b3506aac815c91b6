import AgentStream
import Curl
import Testing

/// Inputs that are made to hurt.
@Suite(.timeLimit(.minutes(10))) struct HostileInputTests {
    @Test(arguments: [(64, 400, "Required"), (65, 400, "nested too deeply"), (2_000_000, 400, "nested too deeply")])
    func deepJSONIsRefused(_ depth: Int, _ status: Int, _ message: String) async throws {
        try await TestService.run { service in
            let bytes =
                [UInt8](repeating: UInt8(ascii: "["), count: depth)
                + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
            let field = Array(#"{"id":"#.utf8)
            let answer = try await service.mutate(
                "tasks.delete",
                bytes: depth == 64 ? Array("{}".utf8) : field + bytes + [0x7D]
            )
            #expect(answer.status == status)
            #expect(answer.message.contains(message))
        }
    }

    @Test func aBodyThatIsTooLargeIsRefusedBeforeItIsRead() async throws {
        try await TestService.run { service in
            let answer = try await onThread { [port = service.port] in
                let connection = try RawConnection(port: port)
                connection.send(
                    """
                    POST /trpc/tasks.create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                    Content-Length: 1000000000\r\n\r\n
                    """
                )
                connection.send([UInt8](repeating: 0x20, count: (4 << 20) + 100_000))
                return try connection.answer()
            }
            #expect(answer?.status == 413)
            #expect(answer?.text.contains("PAYLOAD_TOO_LARGE") == true)
        }
    }

    @Test func aChunkedBodyThatIsTooLargeIsRefused() async throws {
        try await TestService.run { service in
            let answer = try await onThread { [port = service.port] in
                let connection = try RawConnection(port: port)
                connection.send(
                    """
                    POST /trpc/tasks.create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                    Transfer-Encoding: chunked\r\n\r\n
                    """
                )
                let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 0x20, count: 1 << 20) + Array("\r\n".utf8)
                for _ in 0..<5 { connection.send(chunk) }
                return try connection.answer()
            }
            #expect(answer?.status == 413)
        }
    }

    @Test func aBodyInBrokenChunksIsTheClientsFault() async throws {
        try await TestService.run { service in
            let answer = try await service.raw(
                """
                POST /trpc/tasks.delete HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\nA\r\n{"id":"12"}\r\n0\r\n\r\n
                """
            )
            #expect(answer?.status == 400)
            #expect(answer?.text.contains("BAD_REQUEST") == true)
        }
    }

    @Test func aBodyAtTheLimitIsRead() async throws {
        try await TestService.run { service in
            let input: JSONValue = ["name": "n", "steps": [["instructions": "", "checks": ""]]]
            let answer = try await service.mutate(
                "tasks.create",
                bytes: input.encoded + [UInt8](repeating: 0x20, count: (4 << 20) - input.encoded.count)
            )
            #expect(answer.status == 200)
        }
    }

    @Test func aMillionFaultsGetAShortAnswer() async throws {
        try await TestService.run { service in
            let faults = Array(repeating: "1", count: 1_000_000).joined(separator: ",")
            let inputs = [
                #"{"name":"n","steps":[\#(faults)]}"#, #"{"name":"n","steps":[],"settings":{"limits":[\#(faults)]}}"#,
            ]
            for input in inputs {
                let answer = try await service.mutate("tasks.create", bytes: Array(input.utf8))
                #expect(answer.status == 400)
                #expect(answer.bytes.count < 1 << 20)
            }
            let keys = (0..<200_000).map { #""k\#($0)":1"# }.joined(separator: ",")
            let strangers = #"{"name":"n","steps":[],"settings":{\#(keys)}}"#
            let answer = try await service.mutate("tasks.create", bytes: Array(strangers.utf8))
            #expect(answer.status == 400)
            #expect(answer.bytes.count < 1 << 20)
        }
    }

    /// Paths and queries in all their spellings, with the status and the procedure's path in the answer.
    @Test(
        arguments: [
            ("/trpc/tasks%2Elist", 200, nil), ("/trpc/tasks%2elist", 200, nil), ("/trpc/%74asks.list", 200, nil),
            ("/trpc/tasks.list/", 404, "tasks.list/"), ("/trpc/x/tasks.list", 404, "x/tasks.list"),
            ("/trpc/tasks.list%2Finstances.list", 404, "tasks.list/instances.list"),
            ("/trpc/tasks.list%2Cinstances.list", 404, "tasks.list,instances.list"),
            ("/trpc/%00", 404, "\u{0}"), ("/trpc", 404, ""), ("/trpc/", 404, ""), ("/trpc/tasks", 404, "tasks"),
            ("/trpc/tasks+list", 404, "tasks+list"), ("/trpc/%", 500, nil), ("/trpc/%g0", 500, nil),
            ("/trpc/%ff", 500, nil), ("/trpc/%C0%AE", 500, nil), ("/trpc/..%2F..%2Fetc", 404, "../../etc"),
        ] as [(String, Int, String?)]
    )
    func aPathIsDecodedOnce(_ target: String, _ status: Int, _ path: String?) async throws {
        try await TestService.run { service in
            let request = "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let answer = try #require(try await service.raw(request))
            #expect(answer.status == status)
            if let path {
                let json = try JSONValue(parsing: answer.body)
                #expect(json["error"]?["data"]?["path"] == .string(path))
            }
        }
    }

    @Test(
        arguments: [
            ("input=%7B%22id%22%3A%22first+task%22%7D", "first task"), ("input=%7B%22id%22%3A%22a%2Bb%22%7D", "a+b"),
            ("other=1&input=%7B%22id%22:%22x%22%7D", "x"), ("inpu%74=%7B%22id%22:%22x%22%7D", "x"),
            ("input=%7B%22id%22:%22x%22%7D&input=%7B%22id%22:%22y%22%7D", "x"),
            ("&&=&input=%7B%22id%22:%22x%22%7D", "x"),
            ("input=%7B%22id%22:%22=%22%7D", "="),
        ]
    )
    func aQueryIsReadAsAForm(_ query: String, _ id: String) async throws {
        try await TestService.run { service in
            let response = try await service.get("/trpc/runs.result?\(query)")
            #expect(response.status == 404)
            #expect(response.text.contains("There is no run \(id)."))
        }
    }
}
