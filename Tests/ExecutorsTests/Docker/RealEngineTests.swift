import Foundation
import Model
import TestSupport
import Testing

@testable import Executors

/// The docker runtime on real engines.
///
/// One at a time: they are slow enough.
@Suite(
    .serialized,
    .timeLimit(.minutes(5)),
    .enabled(if: TestEngine.isWanted(.docker) && TestEngine.isWanted(.podman), Comment(rawValue: TestEngine.remedy))
)
struct RealEngineTests {
    @Test(arguments: EngineKind.allCases)
    func anInstanceLivesAndLeavesNothing(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            #expect(try await setting.runtime.status(setting.run) == .gone)
            let container = try await setting.runtime.start(setting.run)
            #expect(try await setting.inspect("{{.Id}}") == container)
            #expect(try await setting.runtime.status(setting.run) == .running)
            let sightings = try await setting.runtime.sightings().filter { $0.run == setting.run }
            #expect(sightings.map(\.kind) == [.container, .volume])
            #expect(sightings.allSatisfy { $0.isOurs && $0.createdAt != nil && $0.instance != nil })
            let usage = try #require(try await setting.runtime.usage(setting.run))
            #expect(usage.memoryBytes ?? 0 > 0)
            #expect(usage.memoryLimitBytes == 64 << 20)
            try await setting.runtime.stop(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .gone)
            #expect(try await setting.runtime.sightings().allSatisfy { $0.run != setting.run })
            try await setting.runtime.stop(setting.run)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func theEngineMakesWhatTheSpecificationSays(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await setting.runtime.start(setting.run)
            #expect(try await setting.inspect("{{.HostConfig.ReadonlyRootfs}}") == "true")
            #expect(try await setting.inspect("{{.HostConfig.Privileged}}") == "false")
            #expect(try await setting.inspect("{{.Config.User}}") == "0:\(EngineSetting.group)")
            #expect(try await setting.inspect("{{len .HostConfig.PortBindings}}") == "0")
            let pid = try await setting.inspect("{{.State.Pid}}")
            let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8).split(separator: "\n")
            // CHOWN is bit 0, KILL 5, SETGID 6, SETUID 7.
            for set in ["CapEff", "CapPrm", "CapBnd"] { #expect(status.contains("\(set):\t00000000000000e1")) }
            #expect(status.contains("NoNewPrivs:\t1"))
            #expect(status.contains("Seccomp:\t2"))
            #expect(status.contains { $0.hasPrefix("Gid:\t\(EngineSetting.group)\t") })
            let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
            #expect(limits.contains("Max open files            16384                16384"))
            let mounts = try String(contentsOfFile: "/proc/\(pid)/mountinfo", encoding: .utf8)
            for place in [" / ro", " /tmp rw,nosuid,nodev", " /run rw,nosuid,nodev,noexec", " /run/caretaker/run rw"] {
                #expect(mounts.contains(place))
            }
        }
    }

    @Test(arguments: EngineKind.allCases)
    func theServiceUsesAndRemovesTheFolderByItsGroup(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await setting.runtime.start(setting.run)
            let socket = "\(setting.folder)/executor.sock"
            try await setting.asService(
                "/usr/bin/curl",
                "-sf",
                "-o",
                "/dev/null",
                "--unix-socket",
                socket,
                "http://x/health"
            )
            try await setting.asService("/usr/bin/cat", "\(setting.folder)/executor.log")
            try await setting.runtime.stop(setting.run)
            try await setting.asService("/usr/bin/rm", "-r", setting.folder)
            #expect(!FileManager.default.fileExists(atPath: setting.folder))
        }
    }

    @Test(arguments: EngineKind.allCases)
    func aRestartedServiceFindsTheInstanceAgain(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await setting.runtime.start(setting.run)
            let id = try await setting.inspect("{{.Id}}")
            try await setting.runtime.start(setting.run)
            #expect(try await setting.inspect("{{.Id}}") == id)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func aRestartedServiceFindsTheInstanceOfAnImageThatHasGone(kind: EngineKind) async throws {
        try await EngineSetting.with(kind, image: "caretaker-stub:\(kind)") { setting in
            try await setting.engine.run("tag", StubImage.name, "caretaker-stub:\(kind)")
            try await setting.runtime.start(setting.run)
            let id = try await setting.inspect("{{.Id}}")
            try await setting.engine.run("rmi", "--force", "caretaker-stub:\(kind)")
            try await setting.runtime.start(setting.run)
            #expect(try await setting.inspect("{{.Id}}") == id)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func anInstanceThatIsPausedIsWaitedForAndKept(kind: EngineKind) async throws {
        try await EngineSetting.with(kind, limits: CallLimits(start: .seconds(5))) { setting in
            try await setting.runtime.start(setting.run)
            let id = try await setting.inspect("{{.Id}}")
            try await setting.engine.run("pause", setting.name)
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .startTimeout)
            try await setting.engine.run("unpause", setting.name)
            try await setting.runtime.start(setting.run)
            #expect(try await setting.inspect("{{.Id}}") == id)
        }
    }

    /// As a create does that comes to its end after a stop has removed the volume.
    @Test func aVolumeThatACreateMakesIsOurs() async throws {
        try await EngineSetting.with(.docker) { setting in
            let request = try await setting.runtime.requests(setting.run)
            let specification = try ContainerSpecification(
                request,
                setting.runtime.settings,
                folder: setting.folder,
                processors: 1
            )
            _ = try await setting.runtime.engine.createContainer(named: specification.name, specification.body)
            let sightings = try await setting.runtime.sightings().filter { $0.run == setting.run }
            #expect(sightings.map(\.kind) == [.container, .volume])
            #expect(sightings.allSatisfy { $0.isOurs })
        }
    }

    @Test(arguments: EngineKind.allCases)
    func startsAtOnceMakeOneContainer(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await setting.runtime.start(setting.run) } }
                try await group.waitForAll()
            }
            let containers = try await setting.runtime.sightings().filter {
                $0.run == setting.run && $0.kind == .container
            }
            #expect(containers.count == 1)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func anInstanceThatEndedByItselfIsToldAndStartedAgain(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await setting.runtime.start(setting.run)
            try await setting.ask("/crash")
            #expect(try await setting.ended() == .ended(code: 7, outOfMemory: false))
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func anInstanceOutOfMemoryIsTold(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await setting.runtime.start(setting.run)
            try await setting.ask("/eat")
            let status = try await setting.ended()
            switch kind {
            case .docker: #expect(status == .ended(code: 137, outOfMemory: true))
            // Podman 4.3 misses it where control groups are of version 1.
            case .podman: #expect([true, false].map { .ended(code: 137, outOfMemory: $0) }.contains(status))
            }
        }
    }

    @Test(arguments: EngineKind.allCases)
    func anInstanceThatWasRemovedFromOutsideIsGone(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await setting.runtime.start(setting.run)
            try await setting.engine.run("rm", "--force", setting.name)
            #expect(try await setting.runtime.status(setting.run) == .gone)
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func anEarlyEndIsToldWithTheLog(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try setting.instruct("exit 3")
            let error = await #expect(throws: RuntimeError.self) { try await setting.runtime.start(setting.run) }
            #expect(error?.code == .createFailed)
            #expect(error?.message.contains("code 3") == true)
            #expect(error?.message.contains("mode exit 3") == true)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func aMissingImageIsTold(kind: EngineKind) async throws {
        try await EngineSetting.with(kind, image: "caretaker-missing:latest") { setting in
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .imageMissing)
            #expect(try await !setting.runtime.hasImage())
            #expect(setting.log.lines(of: "image_missing").count == 1)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func aMissingNetworkFailsTheStart(kind: EngineKind) async throws {
        let network = try #require(ContainerNetwork("caretaker-missing"))
        // Podman says it as if it were its own failure, and is asked again.
        let limits = CallLimits(start: .seconds(5))
        try await EngineSetting.with(kind, network: network, limits: limits) { setting in
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .createFailed)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func anExecutorThatDoesNotEndIsKilledSoon(kind: EngineKind) async throws {
        try await EngineSetting.with(kind, engineLimits: EngineLimits(grace: .seconds(1))) { setting in
            try setting.instruct("deaf")
            try await setting.runtime.start(setting.run)
            let time = try await ContinuousClock().measure { try await setting.runtime.stop(setting.run) }
            #expect(time < .seconds(10))
            #expect(try await setting.runtime.status(setting.run) == .gone)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func whatIsAnothersIsLeftAlone(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await setting.engine.run(
                "create",
                "--name",
                setting.name,
                "--label",
                "caretaker.installation=another",
                "--label",
                "caretaker.run=\(setting.run)",
                StubImage.name,
                "caretaker-executor"
            )
            let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
            #expect(code == .createFailed)
            try await setting.runtime.stop(setting.run)
            let sightings = try await setting.runtime.sightings().filter { $0.run == setting.run }
            #expect(sightings.count == 1)
            for sighting in sightings {
                #expect(!sighting.isOurs)
                #expect(try await !setting.runtime.remove(sighting))
            }
            #expect(try await setting.inspect("{{.State.Status}}") == "created")
            try await setting.engine.run("rm", setting.name)
        }
    }

    @Test(arguments: EngineKind.allCases)
    func anInstanceThatWasKilledIsTold(kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            try await setting.runtime.start(setting.run)
            try await setting.engine.run("kill", setting.name)
            #expect(try await setting.ended() == .ended(code: 137, outOfMemory: false))
        }
    }
}
