import Logging
import Model
import OpsMetrics
import TestSupport
import Testing

@testable import Executors

/// What is counted of the calls on an engine.
@Suite(.timeLimit(.minutes(2)))
struct EngineMetricsTests {
    private static func metrics() -> EngineMetrics {
        var words = CaretakerWords()
        words.engineOperations = EngineOperation.allCases.map(\.rawValue)
        return EngineMetrics(MetricsRegistry(), words)
    }

    @Test func everyCallIsCountedOnceByItsAnswer() async throws {
        let metrics = Self.metrics()
        try await DockerSetting.with(metrics: metrics) { setting in
            try await setting.runtime.start(setting.run)
            _ = try await setting.runtime.status(setting.run)
            try await setting.runtime.stop(setting.run)
            _ = try await setting.runtime.status(setting.run)
        }
        func count(_ operation: EngineOperation, _ code: String) -> Double {
            metrics.requests[operation.rawValue, code].value
        }
        #expect(count(.version, "2xx") == 1)
        #expect(count(.containerCreate, "2xx") == 1)
        #expect(count(.containerStart, "2xx") == 1)
        #expect(count(.containerRemove, "2xx") == 1)
        #expect(count(.containerInspect, "2xx") >= 1)
        #expect(count(.containerInspect, "4xx") >= 1)
        let all = EngineOperation.allCases.reduce(0) { sum, operation in
            sum + ["2xx", "3xx", "4xx", "5xx", "none"].reduce(0) { $0 + count(operation, $1) }
        }
        #expect(Double(metrics.duration.count) == all)
    }

    @Test func aCallWithoutAnswerHasNoStatus() async throws {
        let metrics = Self.metrics()
        let limits = EngineLimits(call: .milliseconds(200))
        try await DockerSetting.with(engineLimits: limits, metrics: metrics) { setting in
            try await setting.runtime.start(setting.run)
            setting.state.expect(.inspect, .hang)
            let code = try await runtimeErrorCode { _ = try await setting.runtime.status(setting.run) }
            #expect(code == .unavailable)
        }
        #expect(metrics.requests["container_inspect", "none"].value == 1)
    }

    @Test(arguments: EngineKind.allCases)
    func aRealEngineSaysWhatItIs(_ kind: EngineKind) async throws {
        try await EngineSetting.with(kind) { setting in
            #expect(setting.runtime.engineFacts == nil)
            try await setting.runtime.check()
            let facts = try #require(setting.runtime.engineFacts)
            #expect(facts.version.hasPrefix(kind == .docker ? "Docker/" : "Libpod/"))
            #expect(EngineVersion(facts.apiVersion) != nil)
        }
    }
}
