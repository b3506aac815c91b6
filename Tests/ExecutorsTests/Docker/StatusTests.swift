import Logging
import Model
import Testing

@testable import Executors

@Suite(.timeLimit(.minutes(1)))
struct StatusTests {
    @Test func howAContainerEndedIsTold() async throws {
        try await DockerSetting.with { setting in
            setting.leave("exited")
            setting.state.with { state in
                state.containers[setting.name]?.exitCode = 137
                state.containers[setting.name]?.outOfMemory = true
            }
            let status = try await setting.runtime.status(setting.run)
            #expect(status == .ended(code: 137, outOfMemory: true))
        }
    }

    @Test(arguments: ["created", "removing"])
    func whatNeverRanOrIsOnItsWayOutIsGone(status: String) async throws {
        try await DockerSetting.with { setting in
            setting.leave(status)
            let status = try await setting.runtime.status(setting.run)
            #expect(status == .gone)
        }
    }

    @Test(arguments: [
        StandInState.Fault.hang, .before(500, "driver failed"), .before(400, "bad"), .before(409, "busy"),
        .before(200, "no JSON of a container"),
    ])
    func anEngineInTroubleNeverMeansThatAnInstanceIsGone(fault: StandInState.Fault) async throws {
        try await DockerSetting.with(engineLimits: EngineLimits(call: .milliseconds(200))) { setting in
            try await setting.runtime.start(setting.run)
            setting.state.expect(.inspect, fault)
            let code = try await runtimeErrorCode { _ = try await setting.runtime.status(setting.run) }
            #expect(code == .unavailable)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func anEngineThatIsNotThereIsUnavailable() async throws {
        try await DockerSetting.with { setting in
            let runtime = try DockerRuntime(
                settings: DockerSettings(
                    host: try EngineAddress("unix://\(setting.stateFolder)/none.sock"),
                    installation: "x",
                    group: 0,
                    image: "image"
                ),
                stateFolder: setting.stateFolder,
                limits: Setting(CallLimits()),
                logger: .init(label: "docker")
            ) { _ in throw CancellationError() }
            let status = try await runtimeErrorCode { _ = try await runtime.status(setting.run) }
            let check = try await runtimeErrorCode { try await runtime.check() }
            #expect(status == .unavailable)
            #expect(check == .unavailable)
        }
    }

    @Test func aCancelledCallEndsAtOnce() async throws {
        try await DockerSetting.with { setting in
            setting.state.expect(.inspect, .hang)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await setting.runtime.status(setting.run) }
                while setting.state.count(.inspect) == 0 { await Task.yield() }
                group.cancelAll()
                _ = await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
    }
}
