import AgentStream
import Curl
import Model
import OpsMetrics
import Server
import Store
import Testing

/// What is counted of calls and of streams, whatever the HTTP status says.
@Suite(.timeLimit(.minutes(2))) struct CallCountTests {
    /// The values of a family by its labels' text, without those that are 0.
    private static func counts(_ family: String, _ scene: OpsScene) async -> [String: Int] {
        let text = String(decoding: await scene.metrics.registry.scrape(.text), as: UTF8.self)
        return text.split(separator: "\n").reduce(into: [:]) { counts, line in
            guard line.hasPrefix(family), let blank = line.lastIndex(of: " ") else { return }
            let value = Int(line[blank...].dropFirst()) ?? -1
            if value != 0 { counts[String(line[..<blank].dropFirst(family.count))] = value }
        }
    }

    private static func settings(_ scene: OpsScene) -> TestService.Settings {
        var settings = scene.settings
        settings.extraProcedures = ReferenceProcedures().all
        return settings
    }

    private static let calls = "caretaker_rpc_requests_total"

    @Test func theCallsOfABatchAreCountedByTheirOwnCodes() async throws {
        let scene = OpsScene()
        try await TestService.run(Self.settings(scene)) { service in
            let input = #"{"1":{"code":"CONFLICT"},"3":{"code":"TOO_MANY_REQUESTS"}}"#
            let path = "ref.null,ref.fail,no.such,ref.fail"
            let answer = try await service.get("/trpc/\(path)?batch=1&input=\(TestService.percentEncoded(input))")
            #expect(answer.status == 207)
            #expect(
                await Self.counts(Self.calls, scene) == [
                    #"{code="ok",procedure="ref.null"}"#: 1, #"{code="conflict",procedure="ref.fail"}"#: 1,
                    #"{code="too_many_requests",procedure="ref.fail"}"#: 1,
                    #"{code="not_found",procedure="other"}"#: 1,
                ]
            )
        }
    }

    @Test func theCallsOfALineStreamAreCountedThoughItsStatusIs200() async throws {
        let scene = OpsScene()
        try await TestService.run(Self.settings(scene)) { service in
            let answer = try await service.get(
                "/trpc/ref.null,ref.fail?batch=1&input=\(TestService.percentEncoded(#"{"1":{"code":"FORBIDDEN"}}"#))",
                ["trpc-accept": "application/jsonl"]
            )
            #expect(answer.status == 200)
            #expect(
                await Self.counts(Self.calls, scene) == [
                    #"{code="ok",procedure="ref.null"}"#: 1, #"{code="forbidden",procedure="ref.fail"}"#: 1,
                ]
            )
        }
    }

    @Test(arguments: RPCError.Code.allCases)
    func everyCodeHasItsSeries(_ code: RPCError.Code) async throws {
        let scene = OpsScene()
        try await TestService.run(Self.settings(scene)) { service in
            let answer = try await service.query("ref.fail", ["code": .string(code.rawValue)])
            #expect(answer.code == code.rawValue)
            let labels = #"{code="\#(code.rawValue.lowercased())",procedure="ref.fail"}"#
            #expect(await Self.counts(Self.calls, scene) == [labels: 1])
            let refused = await Self.counts("caretaker_metrics_series_rejected_total", scene)
            #expect(refused.isEmpty)
        }
    }

    @Test func aRequestThatFailsAsAWholeIsCountedUnderNoName() async throws {
        let scene = OpsScene()
        try await TestService.run(Self.settings(scene)) { service in
            let paths = Array(repeating: "ref.null", count: 101).joined(separator: ",")
            let answer = try await service.get("/trpc/\(paths)?batch=1")
            #expect(answer.status == 400)
            #expect(await Self.counts(Self.calls, scene) == [#"{code="bad_request",procedure="other"}"#: 1])
        }
    }

    @Test func aSubscriptionIsCountedByWhatItCameTo() async throws {
        let scene = OpsScene()
        try await TestService.run(Self.settings(scene)) { service in
            var reader = try await service.subscribe("ref.count", ["n": 3])
            _ = try await reader.rest()
            reader = try await service.subscribe("ref.errorMid", ["code": "TIMEOUT"])
            _ = try await reader.rest()
            #expect(
                await Self.counts(Self.calls, scene) == [
                    #"{code="ok",procedure="ref.count"}"#: 1, #"{code="timeout",procedure="ref.errorMid"}"#: 1,
                ]
            )
            #expect(await Self.counts("caretaker_sse_events_sent_total", scene) == ["": 5])
            #expect(await Self.counts("caretaker_sse_disconnects_total", scene) == [#"{reason="end"}"#: 2])
            #expect(await Self.counts("caretaker_sse_readers", scene) == [:])
        }
    }

    @Test func whatIsSentOfARunIsCountedAndWhyItsReadersGo() async throws {
        let scene = OpsScene()
        var settings = Self.settings(scene)
        settings.timings.heartbeat = .milliseconds(20)
        try await TestService.run(settings) { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...4, to: run)
            var leaver: EventReader? = try await service.events(of: run.rawValue)
            _ = try await leaver?.next(4)
            #expect(await Self.counts("caretaker_sse_readers", scene) == ["": 1])
            leaver = nil
            try await service.untilUnread(run)
            var reader = try await service.events(of: run.rawValue, after: 1)
            _ = try await reader.next(3)
            try await service.store.succeed(run)
            _ = try await reader.rest()
            try await service.untilUnread(run)
            #expect(await Self.counts("caretaker_sse_events_sent_total", scene) == ["": 7])
            #expect(
                await Self.counts("caretaker_sse_disconnects_total", scene) == [
                    #"{reason="client"}"#: 1, #"{reason="end"}"#: 1,
                ]
            )
        }
    }

    @Test func theEndOfTheServiceIsWhyItsReadersGo() async throws {
        let scene = OpsScene()
        try await TestService.run(Self.settings(scene)) { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...1, to: run)
            var reader = try await service.events(of: run.rawValue)
            _ = try await reader.next(1)
            var subscriber = try await service.subscribe("ref.quiet")
            _ = try await subscriber.next(2)
            await service.shutDown()
            _ = try await reader.rest()
            _ = try await subscriber.rest()
        }
        #expect(await Self.counts("caretaker_sse_disconnects_total", scene) == [#"{reason="shutdown"}"#: 2])
    }

    @Test func aSubscriptionThatHasLastedLongEnoughIsToComeBack() async throws {
        let scene = OpsScene()
        var settings = Self.settings(scene)
        settings.options.sseMaximumDuration = .milliseconds(50)
        try await TestService.run(settings) { service in
            var reader = try await service.subscribe("ref.quiet")
            _ = try await reader.rest()
            #expect(await Self.counts("caretaker_sse_disconnects_total", scene) == [#"{reason="renewal"}"#: 1])
        }
    }
}
