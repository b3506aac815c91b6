import Foundation
import Model
import TestSupport
import Testing

@testable import Executors

/// Starts, stops and a reaper's removals at once, on an engine that fails and lies at random.
@Suite(.timeLimit(.minutes(30)))
struct RandomTroubleTests {
    /// How many engines are in trouble at once, and how many starts and stops each of them sees: most of the time goes
    /// by in waiting for answers that do not come.
    private static let (engines, rounds) =
        isSoak ? (40, 250) : (20, 5)

    @Test func noTroubleOfTheEngineLosesDoublesOrHarmsAnInstance() async throws {
        let limits = EngineLimits(
            call: .milliseconds(250),
            create: .milliseconds(250),
            removal: .seconds(5),
            grace: .zero
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<Self.engines {
                group.addTask {
                    try await DockerSetting.with(engineLimits: limits) { setting in
                        var random = SeededGenerator(seed: UInt64(seed))
                        for number in 1...Self.rounds { try await Self.round(setting, &random, "\(seed):\(number)") }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func round(_ setting: DockerSetting, _ random: inout SeededGenerator, _ place: String) async throws {
        setting.leaveOthers()
        setting.state.with { state in
            state.faults = [:]
            state.calls = []
            state.created = 0
        }
        Self.plan(setting, &random)
        async let reaped: Void = reap(setting)
        // An engine in trouble may fail a start, which then leaves nothing that a stop does not find.
        let code = try await runtimeErrorCode { try await setting.runtime.start(setting.run) }
        try await reaped
        setting.state.with { $0.faults = [:] }
        if code == nil { #expect(try await setting.runtime.status(setting.run) == .running, "\(place)") }
        #expect(setting.state.with { $0.created } <= 1, "\(place)")
        #expect(setting.state.with { $0.containers["foreign"]?.status } == "running", "\(place)")

        Self.plan(setting, &random)
        _ = try await runtimeErrorCode { try await setting.runtime.stop(setting.run) }
        setting.state.with { $0.faults = [:] }
        try await setting.runtime.stop(setting.run)
        try await reap(setting)
        #expect(setting.state.with { Set($0.containers.keys) } == ["foreign"], "\(place)")
        #expect(setting.state.with { Set($0.volumes.keys) } == ["foreign"], "\(place)")
    }

    /// What is ours and not tracked goes; the engine's trouble ends a pass.
    private static func reap(_ setting: DockerSetting) async throws {
        _ = try await runtimeErrorCode {
            for sighting in try await setting.runtime.sightings() {
                guard sighting.isOurs, sighting.run != setting.run else { continue }
                _ = try await setting.runtime.remove(sighting)
            }
        }
    }

    private static func plan(_ setting: DockerSetting, _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            guard let call = StandInState.Call.allCases.randomElement(using: &random) else { return }
            setting.state.expect(call, fault(for: call, &random))
        }
    }

    private static func fault(for call: StandInState.Call, _ random: inout SeededGenerator) -> StandInState.Fault {
        switch (call, Int.random(in: 0..<5, using: &random)) {
        case (.list, 0...2), (.listVolumes, 0...2): .empty
        case (.remove, 0...1), (.removeVolume, 0...1): .before(409, "removal is already in progress")
        case (_, 0): .hang
        case (_, 1...2): .after(500, "failed after it was done")
        default: .before(503, "failed")
        }
    }
}

extension DockerSetting {
    /// Puts there what another installation has, and what a dead service of this one left.
    fileprivate func leaveOthers() {
        let foreign = ["caretaker.installation": "another", "caretaker.run": "foreign"]
        let orphan = ["caretaker.installation": Self.installation, "caretaker.run": "orphan"]
        state.with { state in
            for (name, labels) in [("foreign", foreign), ("caretaker-orphan", orphan)] {
                state.containers[name] = .init(id: "id-\(name)", name: name, labels: labels, status: "running")
                state.volumes[name] = labels
            }
        }
    }
}
