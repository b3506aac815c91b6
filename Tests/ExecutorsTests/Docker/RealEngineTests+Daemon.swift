import Model
import TestSupport
import Testing

@testable import Executors

/// What befalls an engine's daemon; each test has an engine of its own.
extension RealEngineTests {
    @Test func anEngineThatHangsIsUnavailableAndNothingIsGone() async throws {
        let own = try TestEngine()
        defer { own.end() }
        let limits = EngineLimits(call: .milliseconds(500))
        try await EngineSetting.with(.docker, engine: own, engineLimits: limits) { setting in
            try await setting.runtime.start(setting.run)
            setting.engine.freeze()
            let code = try await runtimeErrorCode { _ = try await setting.runtime.status(setting.run) }
            setting.engine.thaw()
            #expect(code == .unavailable)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func aRestartOfTheEngineEndsInstancesUnlessItLetsThemLive() async throws {
        let own = try TestEngine()
        defer { own.end() }
        try await EngineSetting.with(.docker, engine: own) { setting in
            try await setting.runtime.start(setting.run)
            try setting.engine.restart(liveRestore: true)
            #expect(try await setting.runtime.status(setting.run) == .running)
            try setting.engine.restart()
            guard case .ended = try await setting.runtime.status(setting.run) else {
                Issue.record("the engine ends its containers when it stops")
                return
            }
            try await setting.runtime.start(setting.run)
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }

    @Test func anEngineThatIsAwayForAMomentDelaysAStart() async throws {
        let own = try TestEngine()
        defer { own.end() }
        try await EngineSetting.with(.docker, engine: own) { setting in
            try setting.engine.stop()
            #expect(try await runtimeErrorCode { try await setting.runtime.check() } == .unavailable)
            async let started = setting.runtime.start(setting.run)
            try setting.engine.start()
            _ = try await started
            #expect(try await setting.runtime.status(setting.run) == .running)
        }
    }
}
