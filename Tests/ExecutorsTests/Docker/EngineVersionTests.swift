import Model
import Testing

@testable import Executors

struct EngineVersionTests {
    @Test(arguments: [
        ("1.41", "1.12", "1.41"),
        ("1.52", "1.44", "1.44"),
        ("1.40", nil, "1.40"),
        ("2.0", "1.24", "1.44"),
    ])
    func theNewestVersionThatBothSpeakIsTaken(newest: String, oldest: String?, expected: String) throws {
        let version = try EngineVersion.negotiate(
            newest: #require(EngineVersion(newest)),
            oldest: oldest.flatMap(EngineVersion.init)
        )
        #expect("\(version)" == expected)
    }

    @Test(arguments: [("1.39", "1.12"), ("1.60", "1.45")])
    func anEngineWithoutACommonVersionIsRefused(newest: String, oldest: String) throws {
        let error = #expect(throws: EngineError.self) {
            try EngineVersion.negotiate(
                newest: #require(EngineVersion(newest)),
                oldest: EngineVersion(oldest)
            )
        }
        #expect(error?.code == .incompatible)
    }

    @Test(arguments: ["", "1", "x.y", "1.", "v1.44"])
    func whatIsNoVersionIsNotRead(text: String) {
        #expect(EngineVersion(text) == nil)
    }

    @Test(arguments: [("1.52", "1.44", "/v1.44/"), ("1.41", "1.12", "/v1.41/")])
    func callsCarryTheNegotiatedVersion(newest: String, oldest: String, prefix: String) async throws {
        try await DockerSetting.with { setting in
            setting.state.with { state in
                state.newest = newest
                state.oldest = oldest
            }
            try await setting.runtime.start(setting.run)
            let paths = setting.state.with { $0.paths }.filter { $0 != "/version" }
            #expect(!paths.isEmpty)
            #expect(paths.allSatisfy { $0.hasPrefix(prefix) })
        }
    }

    @Test func anEngineThatWasExchangedIsNegotiatedWithAgain() async throws {
        try await DockerSetting.with { setting in
            _ = try await setting.runtime.status(setting.run)
            setting.state.with { $0.newest = "1.41" }
            await #expect(throws: (any Error).self) { _ = try await setting.runtime.status(setting.run) }
            #expect(try await setting.runtime.status(setting.run) == .gone)
        }
    }
}
