import Model
import Testing

@testable import Executors

@Suite(.timeLimit(.minutes(1)))
struct StartTests {
    @Test func aStartMakesAVolumeAndAContainerThatRuns() async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
            let (container, volume) = setting.state.with { ($0.containers[setting.name], $0.volumes[setting.name]) }
            #expect(container?.labels["caretaker.run"] == setting.run.rawValue)
            #expect(volume?["caretaker.installation"] == DockerSetting.installation)
        }
    }

    @Test func aSecondStartAdoptsWhatRuns() async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.start(setting.run)
            try await setting.runtime.start(setting.run)
            #expect(setting.state.with { $0.created } == 1)
            #expect(setting.state.count(.start) == 1)
            #expect(setting.state.count(.remove) == 0)
        }
    }

    @Test(arguments: ["created", "exited"])
    func whatIsOursAndDoesNotRunIsStartedAgain(status: String) async throws {
        try await DockerSetting.with { setting in
            setting.leave(status)
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
            #expect(setting.state.with { $0.containers[setting.name]?.id } == "left")
        }
    }

    @Test(arguments: ["dead", "removing"])
    func whatIsOursAndDeadIsRemovedAndMadeAgain(status: String) async throws {
        try await DockerSetting.with { setting in
            setting.leave(status)
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
            #expect(setting.state.with { $0.containers[setting.name]?.id } != "left")
        }
    }

    @Test func whatIsOursAndCannotBeStartedIsMadeAgain() async throws {
        try await DockerSetting.with { setting in
            setting.leave("exited")
            setting.state.expect(.start, .before(400, "the old container's mounts are gone"))
            try await setting.runtime.start(setting.run)
            #expect(setting.state.with { $0.containers[setting.name]?.id } != "left")
        }
    }

    @Test(arguments: ["running", "exited", "dead"])
    func whatIsAnothersFailsTheStartAndIsLeftAlone(status: String) async throws {
        try await DockerSetting.with { setting in
            setting.leave(status, installation: "another")
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .createFailed)
            try await setting.runtime.stop(setting.run)
            #expect(setting.state.with { $0.containers[setting.name]?.status } == status)
            #expect(setting.state.with { $0.volumes.count } == 1)
        }
    }

    @Test(arguments: [StandInState.Call.create, .start, .createVolume])
    func aCallThatFailedAndDidItAllTheSameIsNotDoneTwice(call: StandInState.Call) async throws {
        try await DockerSetting.with { setting in
            setting.state.expect(call, .after(500, "context deadline exceeded"))
            try await setting.runtime.start(setting.run)
            #expect(setting.state.with { $0.created } == 1)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func aContainerThatAFailedCreateMadeIsFoundByItsName() async throws {
        try await DockerSetting.with { setting in
            setting.state.expect(.create, .after(500, "context deadline exceeded"))
            try await setting.runtime.start(setting.run)
            #expect(setting.state.count(.create) == 1)
        }
    }

    @Test(arguments: [StandInState.Call.create, .start, .createVolume, .info, .version])
    func anEngineThatFailsForAWhileIsAskedAgain(call: StandInState.Call) async throws {
        try await DockerSetting.with { setting in
            setting.state.expect(call, .before(503, "starting"), .before(500, "still starting"))
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func anEngineThatHangsForAWhileIsAskedAgain() async throws {
        try await DockerSetting.with(engineLimits: EngineLimits(call: .milliseconds(200), create: .milliseconds(200))) {
            setting in
            setting.state.expect(.create, .hang, .hang)
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func anEngineThatFailsForGoodFailsTheStartAfterAFewAttempts() async throws {
        try await DockerSetting.with { setting in
            let failure = StandInState.Fault.before(500, "OCI runtime create failed")
            setting.state.expect(.start, failure, failure, failure, failure, failure)
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .createFailed)
            #expect(setting.state.count(.start) == 5)
        }
    }

    @Test func aMissingImageFailsTheStartAtOnce() async throws {
        try await DockerSetting.with(image: "missing") { setting in
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .imageMissing)
            #expect(setting.state.count(.create) == 1)
        }
    }

    @Test func anEngineThatIsAwayIsNoFailedCreate() async throws {
        let limits = CallLimits(start: .milliseconds(300))
        try await DockerSetting.with(limits: limits, engineLimits: EngineLimits(call: .milliseconds(100))) { setting in
            setting.state.expect(.info, .hang, .hang, .hang, .hang, .hang)
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .unavailable)
        }
    }

    @Test func aContainerThatEndsBeforeItsExecutorAnswersIsNoticed() async throws {
        try await DockerSetting.with(answers: false) { setting in
            setting.state.with { state in
                state.statusAfterStart = "exited"
                state.exitCodeAfterStart = 127
            }
            let error = await #expect(throws: RuntimeError.self) { try await setting.runtime.start(setting.run) }
            #expect(error?.code == .createFailed)
            #expect(error?.message.contains("127") == true)
        }
    }

    @Test func anExecutorThatNeverAnswersIsAStartTimeout() async throws {
        try await DockerSetting.with(answers: false, limits: CallLimits(start: .milliseconds(300))) { setting in
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .startTimeout)
        }
    }

    @Test func aStartThatIsCancelledLeavesNothingThatAStopDoesNotFind() async throws {
        try await DockerSetting.with(answers: false, limits: CallLimits(start: .seconds(60))) { setting in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await setting.runtime.start(setting.run) }
                while setting.state.count(.start) == 0 { await Task.yield() }
                group.cancelAll()
                _ = await #expect(throws: CancellationError.self) { try await group.next() }
            }
            try await setting.runtime.stop(setting.run)
            #expect(setting.state.with { $0.containers.isEmpty && $0.volumes.isEmpty })
        }
    }
}
