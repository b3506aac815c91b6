import AgentStream
import Curl
import Server
import Synchronization
import Testing

/// What machines ask whether the service lives and is ready.
@Suite(.timeLimit(.minutes(1))) struct HealthPagesTests {
    @Test(arguments: ["/livez", "/-/healthy"])
    func itLivesWhateverIsMissing(_ path: String) async throws {
        let scene = OpsScene()
        scene.failing.withLock { $0 = ["db", "image"] }
        try await TestService.run(scene.settings) { service in
            let answer = try await service.get(path)
            #expect(answer.status == 200)
            #expect(answer.text == "ok\n")
        }
    }

    @Test(arguments: ["/readyz", "/-/ready"])
    func itIsReadyWhenNothingIsMissing(_ path: String) async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let ready = try await service.get(path)
            #expect(ready.status == 200)
            #expect(ready.text == "ok\n")
            scene.failing.withLock { $0 = ["image"] }
            let missing = try await service.get(path)
            #expect(missing.status == 503)
            #expect(missing.text == "not ready: image\n")
            scene.failing.withLock { $0 = [] }
            let again = try await service.get(path)
            #expect(again.status == 200)
        }
    }

    @Test func theLongFormTellsWhatToDo() async throws {
        let scene = OpsScene()
        scene.failing.withLock { $0 = ["image"] }
        try await TestService.run(scene.settings) { service in
            let text = try await service.get("/readyz?verbose")
            #expect(text.text == "[+] db: there\n[-] image: not there; make it\n[+] files: there\nnot ready\n")
            let json = try await service.get("/readyz", ["accept": "application/json"])
            #expect(json.status == 503)
            let value = try JSONValue(parsing: json.body)
            #expect(value["ready"] == false)
            #expect(value["checks"]?[1]?["remedy"] == "make it")
        }
    }

    @Test func whatItsWorkDoesNotNeedIsToldAndItIsReady() async throws {
        let scene = OpsScene()
        scene.failing.withLock { $0 = ["files"] }
        try await TestService.run(scene.settings) { service in
            #expect(try await service.get("/readyz").text == "ok\n")
            let text = try await service.get("/readyz?verbose").text
            #expect(text == "[+] db: there\n[+] image: there\n[!] files: not there; make it\nready\n")
            let value = try JSONValue(parsing: try await service.get("/readyz", ["accept": "application/json"]).body)
            #expect(value["ready"] == true)
            #expect(value["checks"]?[2]?["ok"] == false && value["checks"]?[2]?["vital"] == false)
            let page = try await service.get("/").text
            #expect(page.contains("</span> Ready") && page.contains("<strong>files</strong>: not there<br>make it"))
        }
    }

    /// As a database whose disk hangs, which no cancellation reaches.
    @Test func aCheckThatHangsIsMissingAndHangsNothing() async throws {
        let holder = Holder()
        let health = Health(
            [HealthCheck("db") { await holder.hang() }, HealthCheck("disk") { "there" }],
            patience: .milliseconds(50),
            freshness: .zero
        )
        for _ in 0..<2 {
            let findings = await health.findings()
            #expect(findings.map(\.isOK) == [false, true])
            #expect(findings[0].text.contains("does not answer"))
        }
        await holder.end()
    }

    @Test func withoutPagesForOperatorsThereAreNone() async throws {
        try await TestService.run { service in
            let live = try await service.get("/livez")
            #expect(live.status == 404)
            let metrics = try await service.get("/metrics")
            #expect(metrics.status == 404)
        }
    }

    @Test func aTokenGuardsMetricsToo() async throws {
        var settings = OpsScene().settings
        settings.token = "0123456789abcdef"
        try await TestService.run(settings) { service in
            let closed = try await service.get("/metrics")
            #expect(closed.status == 401)
            let headers: HTTPHeaders = ["authorization": "Bearer 0123456789abcdef"]
            let open = try await service.get("/metrics", headers)
            #expect(open.status == 200)
        }
    }
}

/// What hangs until a test lets it go.
private final class Holder: Sendable {
    private let held = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let (begun, beginning) = AsyncStream.makeStream(of: Void.self)

    func hang() async -> String {
        await withCheckedContinuation { continuation in
            held.withLock { $0.append(continuation) }
            beginning.yield()
        }
        return "there"
    }

    func end() async {
        for await _ in begun { break }
        held.withLock { held in for continuation in held { continuation.resume() } }
    }
}
