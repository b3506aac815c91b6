import AgentStream
import TestSupport
import Testing

/// What the real `claude` prints, from pieces of text to pictures.
@Suite(.timeLimit(.minutes(5)), .enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)"))
struct RealAgentOutputTests {
    @Test func textIsSeenWhileItDripsAndIsNotStoredInPieces() async throws {
        let gate = Gate()
        let script: MessageScript = ["Tell me.": [.drip(["Once upon", " a time", " it ended."], until: gate)]]
        try await ServiceUnderTest.withRealAgent(script) { service, _ in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["Tell me."], repository: repository.path, settings: Agent.settings())
            var ids: [Int] = []
            var pieces: [String] = []
            for try await event in try await service.events(of: run) {
                if event.name == "partial" {
                    #expect(event.id == nil)
                    let delta = try JSONValue(parsing: event.data)["event"]?["delta"]
                    pieces += delta?["text"]?.string.map { [$0] } ?? []
                    // The rest is said when the middle was seen.
                    if pieces.last == " a time" { gate.open() }
                } else if event.name.isEmpty, let id = event.id {
                    ids.append(id)
                }
            }
            #expect(pieces == ["Once upon", " a time", " it ended."])
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.detail)")
            #expect(ids == Array(1...ended.messages.count))
            #expect(ended.bodies("stream_event").isEmpty)
            let said = ended.bodies("assistant").first?["message"]?["content"]?[0]?["text"]
            #expect(said?.string == "Once upon a time it ended.")
        }
    }

    @Test func aLineOfFiveMegabytesGoesThroughWhole() async throws {
        // Of words, so that a piece that is missing or stands twice shows.
        let text = (0..<625_000).map { String(10_000_000 + $0) }.joined()
        try await ServiceUnderTest.withRealAgent(["Tell me all.": [.text(text)]]) { service, _ in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["Tell me all."],
                repository: repository.path,
                settings: Agent.settings()
            )
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.detail)")
            let line = try #require(ended.bodies("assistant").first)
            #expect(line.encoded.count > 5_000_000)
            #expect(line["message"]?["content"]?[0]?["text"]?.string == text)
        }
    }

    @Test func aPictureGoesThroughAsTheModelGotIt() async throws {
        let script: MessageScript = [
            "Look at it.": [.bash(Self.painting), .tool("Read", ["file_path": "picture.png"]), .text("Noise.")]
        ]
        try await ServiceUnderTest.withRealAgent(script) { service, api in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["Look at it."],
                repository: repository.path,
                settings: Agent.settings()
            )
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.detail)")
            let sent = api.requests.last?.toolResults.last?["content"]?[0]?["source"]?["data"]?.string
            let stored = ended.bodies("user").last?["message"]?["content"]?[0]?["content"]?[0]?["source"]?["data"]
            #expect((sent?.utf8.count ?? 0) > 300_000)
            #expect(stored?.string == sent)
        }
    }

    /// Makes a PNG of noise, which nothing can make much smaller.
    private static let painting = """
        python3 - <<'END'
        import os, struct, zlib
        size = 1300
        rows = b"".join(b"\\0" + os.urandom(3 * size) for _ in range(size))
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
        with open("picture.png", "wb") as file:
            file.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 0)))
            file.write(chunk(b"IEND", b""))
        END
        """
}
