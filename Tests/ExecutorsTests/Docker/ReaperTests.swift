import Model
import Testing

@testable import Executors

@Suite(.timeLimit(.minutes(1)))
struct ReaperTests {
    @Test func whatIsSightedTellsWhoseItIs() async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.start(setting.run)
            let sightings = try await setting.runtime.sightings()
            #expect(sightings.map(\.kind) == [.container, .volume])
            for sighting in sightings {
                #expect(sighting.isOurs)
                #expect(sighting.run == setting.run)
                #expect(sighting.createdAt == Timestamp(milliseconds: 1_700_000_000_000))
            }
        }
    }

    @Test func whatIsSightedCanBeRemoved() async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.start(setting.run)
            for sighting in try await setting.runtime.sightings() {
                #expect(try await setting.runtime.remove(sighting))
                #expect(try await !setting.runtime.remove(sighting))
            }
            #expect(setting.state.with { $0.containers.isEmpty && $0.volumes.isEmpty })
        }
    }

    @Test func whatIsAnothersIsSightedAndNeverRemoved() async throws {
        try await DockerSetting.with { setting in
            setting.leave("running", installation: "another")
            let sightings = try await setting.runtime.sightings()
            #expect(sightings.count == 2)
            for sighting in sightings {
                #expect(!sighting.isOurs)
                #expect(try await !setting.runtime.remove(sighting))
            }
            #expect(setting.state.with { $0.containers.count == 1 && $0.volumes.count == 1 })
            #expect(setting.state.count(.remove) + setting.state.count(.removeVolume) == 0)
        }
    }

    @Test func theThingItselfIsAskedBeforeItIsRemoved() async throws {
        try await DockerSetting.with { setting in
            setting.leave("running")
            let sightings = try await setting.runtime.sightings()
            // The name has gone to another since.
            setting.leave("running", installation: "another")
            for sighting in sightings { #expect(try await !setting.runtime.remove(sighting)) }
            #expect(setting.state.with { $0.containers.count == 1 && $0.volumes.count == 1 })
        }
    }

    @Test func aListThatFailsIsNoEmptyList() async throws {
        try await DockerSetting.with { setting in
            for call in [StandInState.Call.list, .listVolumes] {
                setting.state.expect(call, .before(500, "resetting"))
                let code = try await runtimeErrorCode { _ = try await setting.runtime.sightings() }
                #expect(code == .unavailable)
            }
        }
    }

    @Test func aListThatLiesDoesNotMakeAnInstanceGone() async throws {
        try await DockerSetting.with { setting in
            try await setting.runtime.start(setting.run)
            setting.state.expect(.list, .empty)
            #expect(try await setting.runtime.sightings().allSatisfy { $0.kind == .volume })
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func useIsReadOnce() async throws {
        try await DockerSetting.with { setting in
            #expect(try await setting.runtime.usage(setting.run) == nil)
            try await setting.runtime.start(setting.run)
            let usage = try #require(try await setting.runtime.usage(setting.run))
            #expect(usage.memoryBytes == 2000)
            #expect(usage.memoryLimitBytes == 9000)
            #expect(usage.processorTime == .milliseconds(1500))
            #expect(usage.image == "image")
        }
    }
}
