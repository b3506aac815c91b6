import Model
import TestSupport
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

    @Test(arguments: ["running", "paused", "restarting", "stopping"])
    func whatRunsIsLeftAsItIsWhateverThePolicyAndTheImagesAreByNow(status: String) async throws {
        let container = ContainerSettings(memory: 1 << 50, network: "another", readOnly: false)
        try await DockerSetting.with(container: container, image: "missing") { setting in
            setting.leave(status)
            try await setting.runtime.start(setting.run)
            let left = setting.state.with { $0.containers[setting.name] }
            #expect(left?.id == "left")
            #expect(left?.status == status)
            #expect(setting.state.count(.start) + setting.state.count(.create) + setting.state.count(.remove) == 0)
        }
    }

    @Test func whatHasEndedIsStartedAgainWhateverThePolicyIsByNow() async throws {
        try await DockerSetting.with(container: ContainerSettings(memory: 1 << 50)) { setting in
            setting.leave("exited")
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func whatIsMadeFollowsThePolicy() async throws {
        try await DockerSetting.with(container: ContainerSettings(memory: 1 << 50)) { setting in
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .createFailed)
            #expect(setting.state.count(.create) == 0)
        }
    }

    @Test(arguments: ["created", "exited"])
    func whatIsOursAndDoesNotRunIsStartedAgain(status: String) async throws {
        try await DockerSetting.with { setting in
            setting.leave(status)
            let container = try await setting.runtime.start(setting.run)
            #expect(container == "left")
            #expect(try await setting.runtime.status(setting.run) == .running)
            #expect(setting.state.with { $0.containers[setting.name]?.id } == "left")
        }
    }

    @Test(arguments: ["dead", "removing"])
    func whatIsOursAndDeadIsRemovedAndMadeAgain(status: String) async throws {
        try await DockerSetting.with { setting in
            setting.leave(status)
            let container = try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
            #expect(container != "left")
            #expect(setting.state.with { $0.containers[setting.name]?.id } == container)
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
            let failure = StandInState.Fault.before(503, "starting")
            setting.state.expect(call, failure, failure, failure, failure, failure)
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

    @Test func aNameThatIsTakenByAContainerThatIsNotThereYetIsWaitedFor() async throws {
        try await DockerSetting.with { setting in
            let conflict = StandInState.Fault.before(409, "The container name is already in use")
            setting.state.expect(.create, conflict, conflict, conflict, conflict, conflict)
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func aNameThatStaysTakenSaysNothingAboutTheRun() async throws {
        try await DockerSetting.with(limits: CallLimits(start: .milliseconds(300))) { setting in
            setting.state.with { $0.faults[.create] = Array(repeating: .before(409, "in use"), count: 100) }
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .unavailable)
        }
    }

    @Test func anEngineThatFailsForGoodFailsTheStart() async throws {
        try await DockerSetting.with(limits: CallLimits(start: .seconds(2))) { setting in
            setting.state.with { state in
                state.faults[.start] = Array(repeating: .before(500, "OCI runtime create failed"), count: 100)
            }
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .createFailed)
            #expect(setting.state.count(.start) > 1)
        }
    }

    @Test func aMissingImageFailsTheStartAtOnce() async throws {
        try await DockerSetting.with(image: "missing") { setting in
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .imageMissing)
            #expect(setting.state.count(.create) == 1)
        }
    }

    @Test func aMissingImageIsToldOnceUntilItHasBeenThere() async throws {
        try await DockerSetting.with(image: "missing") { setting in
            let start = { try await runtimeErrorCode { try await setting.runtime.start(setting.run) } }
            for _ in 1...2 { #expect(try await start() == .imageMissing) }
            #expect(setting.log.lines(of: "image_missing").count == 1)
            #expect(setting.log.lines(of: "image_missing").first?.contains(#""image": missing"#) == true)
            setting.state.with { _ = $0.images.insert("missing") }
            #expect(try await start() == nil)
            try await setting.runtime.stop(setting.run)
            setting.state.with { _ = $0.images.remove("missing") }
            #expect(try await start() == .imageMissing)
            #expect(setting.log.lines(of: "image_missing").count == 2)
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
                state.errorAfterStart = "no such file"
            }
            let error = await #expect(throws: RuntimeError.self) { try await setting.runtime.start(setting.run) }
            #expect(error?.code == .createFailed)
            #expect(error?.message.contains("127") == true)
            #expect(error?.message.contains("no such file") == true)
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

    @Test func aStartThatIsCancelledDoesNotWaitForAnEngineThatHangs() async throws {
        // Longer than the test may take.
        let limits = EngineLimits(call: .seconds(600), create: .seconds(600))
        for call in [StandInState.Call.createVolume, .create, .start] {
            try await DockerSetting.with(limits: CallLimits(start: .seconds(600)), engineLimits: limits) { setting in
                setting.state.expect(call, .hang)
                await setting.startAndCancel(at: call)
            }
        }
    }

    @Test(arguments: [StandInState.Call.createVolume, .create])
    func aStopWaitsForWhatACancelledStartHasBegun(call: StandInState.Call) async throws {
        try await DockerSetting.with { setting in
            setting.state.expect(call, .late(.milliseconds(500)))
            await setting.startAndCancel(at: call)
            try await setting.runtime.stop(setting.run)
            #expect(setting.state.with { $0.containers.isEmpty && $0.volumes.isEmpty })
            #expect(setting.state.count(call == .create ? .remove : .removeVolume) == 1)
        }
    }
}

extension DockerSetting {
    /// Starts the run, and gives that up as soon as the engine was asked for something.
    fileprivate func startAndCancel(at call: StandInState.Call) async {
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runtime.start(run) }
            while state.count(call) == 0 { await Task.yield() }
            group.cancelAll()
            _ = await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }
}
