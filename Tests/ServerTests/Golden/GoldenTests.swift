import AgentStream
import Curl
import Foundation
import Model
import Server
import Store
import Testing

/// The exchanges recorded from the original's server, against ours.
///
/// Not replayed: a9 (ours cannot switch batches off), b1 (zod 4), and what Express adds.
@Suite(.timeLimit(.minutes(10))) struct GoldenTests {
    private static func settings(_ procedures: ReferenceProcedures, origins: [String] = ["*"]) -> TestService.Settings {
        var settings = TestService.Settings()
        settings.allowedOrigins = origins
        settings.extraProcedures = procedures.all
        return settings
    }

    @Test func theOriginalsExchangesAreAnsweredAlike() async throws {
        let procedures = ReferenceProcedures()
        try await TestService.run(Self.settings(procedures)) { service in
            var replay = Replay(service: service)
            try await replay.run("10")
            for number in ["01", "02", "03", "04", "05", "11"] { try await replay.run(number) }
            // The original answers 500 with its database's words.
            try await replay.run("12", as: .notFound)
            for number in ["13"] + (20...34).map(String.init) { try await replay.run(number) }
            for number in (40...47).map(String.init) { try await replay.run(number) }
            try await replay.run("48", anyMessage: true)
            try await replay.run("49")
            try await replay.run("50", anyMessage: true)
            for number in (51...61).map(String.init) { try await replay.run(number) }
            for number in (70...78).map(String.init) { try await replay.events(number) }
            try await replay.events("79", adapted: Self.notFound)
            try await replay.run("80")
            try await replay.events("81")
            // The original answers 500: nothing is wrong with the service.
            try await replay.run("82", as: .conflict)
            #expect(replay.lastMessage == "The task first-task has no steps, so there is nothing to run.")
            try await replay.run("83")
            try await theWorldBefore84(service.store)
            try await replay.run("84")
            try await theRunHappens(service, &replay)
            for number in (86...89).map(String.init) { try await replay.run(number) }
            try await theStreams(&replay, procedures)
        }
    }

    private func theStreams(_ replay: inout Replay, _ procedures: ReferenceProcedures) async throws {
        try await replay.lines(
            "90",
            adapted: { recorded, ours in
                guard var calls = recorded.object, let error = recorded["1"]?["kept"]?["error"] else { return recorded }
                let message = ours["1"]?["kept"]?["error"]?["message"]
                calls["1"] = ["kept": ["error": Replay.Failure.notFound.shape(error, message: message)]]
                return .object(calls)
            }
        )
        // The slow call ends after the fast one has been heard of.
        let slow = try await replay.lines("91", hearing: { if $0.contains("fast") { procedures.gate.open() } })
        #expect(slow.hasSuffix("[[\"slow\"]]]\n"))
        for number in ["92", "93", "94", "95", "96", "97", "99"] { try await replay.lines(number) }
        try await replay.run("98")
    }

    @Test func silenceIsFilledWithPings() async throws {
        let procedures = ReferenceProcedures()
        var settings = Self.settings(procedures)
        settings.options.ssePing = .milliseconds(20)
        settings.options.reconnectAfterInactivity = .seconds(3)
        settings.options.jsonlPing = .milliseconds(20)
        try await TestService.run(settings) { service in
            var replay = Replay(service: service)
            try await replay.events(
                "a0",
                until: { $0.split(separator: "event: ping").count == 7 && $0.hasSuffix("\n\n\n") }
            )
            let text = try await replay.lines("a1", hearing: { if $0.hasSuffix("   ") { procedures.gate.open() } })
            #expect(text.contains("\n   "))
            #expect(!text.contains("ping"))
        }
    }

    @Test func aSubscriptionEndsInSilenceWhenItsTimeIsUp() async throws {
        var settings = Self.settings(ReferenceProcedures(), origins: [])
        settings.options.sseMaximumDuration = .milliseconds(100)
        try await TestService.run(settings) { service in
            var replay = Replay(service: service)
            try await replay.events("a2")
        }
    }

    @Test func theServersOptionsAreHeeded() async throws {
        var settings = Self.settings(ReferenceProcedures(), origins: [])
        settings.options.maximumBatch = 2
        settings.options.allowsMethodOverride = true
        settings.options.maximumBody = 64
        try await TestService.run(settings) { service in
            var replay = Replay(service: service)
            for number in ["a3", "a4", "a5", "a6"] { try await replay.run(number) }
        }
    }

    @Test func whoHasNoTokenIsToldAsTheOriginalDoes() async throws {
        var settings = Self.settings(ReferenceProcedures())
        settings.token = "s3cret"
        settings.options.tellsStacks = true
        try await TestService.run(settings) { service in
            var replay = Replay(service: service)
            try await replay.run("a7", adapted: Self.withOurStack)
            try await replay.run("a8", adapted: Self.withOurStack)
            try await replay.events("b0")
        }
    }

    /// The first line of a stack is the error; the rest is the program's own affair.
    private static func withOurStack(_ recorded: JSONValue, _ ours: JSONValue) -> JSONValue {
        guard var error = recorded["error"]?.object, var data = error["data"]?.object,
            let first = data["stack"]?.string?.split(separator: "\n").first,
            let stack = ours["error"]?["data"]?["stack"]?.string, stack.hasPrefix(first)
        else { return recorded }
        data["stack"] = .string(stack)
        error["data"] = .object(data)
        return ["error": .object(error)]
    }

    /// The recorded stream of a run that is not there, with our words.
    private static func notFound(_ text: String) -> String {
        let start = text.range(of: "event: serialized-error")?.lowerBound ?? text.endIndex
        return text[..<start] + """
            event: serialized-error
            data: {"message":"There is no run no-such-run.","code":-32004,\
            "data":{"code":"NOT_FOUND","httpStatus":404,"path":"runs.onMessage"}}
            """
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
    private func theRunHappens(_ service: TestService, _ replay: inout Replay) async throws {
        let store = service.store
        let run = Run.ID(rawValue: replay.likeness.translated("run0002"))
        _ = try await store.admitRuns(caps: Admission.Caps(global: 2), runtime: .process)
        try await store.setInstance(of: run, to: .idle)
        try await store.moveRun(run, to: .running)
        let recorded = try JSONValue(parsing: try #require(try Exchange.recorded("86").first).body)
        let messages = try #require(recorded["result"]?["data"]?["messages"]?.array)
        for message in messages.prefix(while: { $0["type"] == "internal" }) {
            try await store.appendNotice(message.encoded, to: run, step: 0)
        }
        // The rest happens while the recorded stream is read.
        let (connected, hasConnected) = AsyncStream.makeStream(of: Never.self)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                for await _ in connected {}
                for message in messages.drop(while: { $0["type"] == "internal" }) {
                    let kind = try #require(message["type"]?.string.flatMap(Message.Kind.init(rawValue:)))
                    try await store.append([.message(NewMessage(kind: kind, body: message.encoded))], to: run)
                }
            }
            try await replay.events(
                "85",
                until: { $0.contains("msg_0003") && $0.hasSuffix("\n\n\n") },
                hearing: { if $0.contains("connected") { hasConnected.finish() } }
            )
        }
    }
}
