import Model
import Testing

@testable import Executors

@Suite(.timeLimit(.minutes(1)))
struct StopTests {
    @Test func aStopRemovesContainerAndVolume() async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.start(setting.run)
            try await setting.runtime.stop(setting.run)
            #expect(setting.state.with { $0.containers.isEmpty && $0.volumes.isEmpty })
            #expect(try await setting.runtime.status(setting.run) == .gone)
        }
    }

    @Test func aStopOfWhatIsGoneIsNoFailure() async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.stop(setting.run)
            try await setting.runtime.start(setting.run)
            setting.state.with { $0.containers = [:] }
            try await setting.runtime.stop(setting.run)
            #expect(setting.state.with { $0.volumes.isEmpty })
        }
    }

    @Test func aRemovalInProgressIsWaitedFor() async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.start(setting.run)
            let stuck = StandInState.Fault.before(409, "removal of container is already in progress")
            setting.state.expect(.remove, stuck, stuck, .after(409, "removal of container is already in progress"))
            setting.state.expect(.removeVolume, .before(409, "volume is in use"))
            try await setting.runtime.stop(setting.run)
            #expect(setting.state.with { $0.containers.isEmpty && $0.volumes.isEmpty })
        }
    }

    @Test(arguments: [StandInState.Call.stop, .remove, .removeVolume, .inspect, .inspectVolume])
    func anEngineThatFailsWhileItStopsIsAskedAgain(call: StandInState.Call) async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.start(setting.run)
            setting.state.expect(call, .before(500, "busy"), .after(500, "driver failed"))
            try await setting.runtime.stop(setting.run)
            #expect(setting.state.with { $0.containers.isEmpty && $0.volumes.isEmpty })
        }
    }

    @Test func aRemovalThatIsStuckForGoodIsReported() async throws {
        let limits = EngineLimits(call: .milliseconds(200), removal: .milliseconds(300))
        try await DockerSetting.with(engineLimits: limits) { setting in
            try await setting.runtime.start(setting.run)
            setting.state.with { state in
                state.faults[.remove] = Array(repeating: .before(409, "removal is already in progress"), count: 100)
            }
            let code = try await runtimeErrorCode { try await setting.runtime.stop(setting.run) }
            #expect(code == .unavailable)
        }
    }
}
