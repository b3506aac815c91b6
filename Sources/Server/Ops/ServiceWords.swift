import AgentStream
import Model
package import OpsMetrics

extension CaretakerWords {
    /// The words of the database and of the wires.
    ///
    /// - Parameters:
    ///   - engineOperations: The calls on the container engine.
    ///   - healthChecks: The names of the checks.
    /// - Returns: The words.
    package static func service(engineOperations: [String], healthChecks: [String]) -> CaretakerWords {
        var words = CaretakerWords()
        words.activeStates = [RunState.Name.starting, .running].map(\.rawValue)
        words.finalStates = [RunState.Name.succeeded, .failed, .cancelled, .timedOut, .lost].map(\.rawValue)
        words.waitings = RunState.Waiting.allCases.map(\.rawValue)
        words.failureReasons = FailureReason.allCases.map(\.rawValue)
        words.timeLimits = RunState.TimeLimit.allCases.map(\.rawValue)
        words.triggers = RunOrigin.Trigger.allCases.map(\.rawValue)
        words.skipReasons = SkipReason.allCases.map(\.rawValue)
        words.instanceStates = Instance.State.allCases.filter { $0 != .stopped }.map(\.rawValue)
        words.messageKinds = Message.Kind.allCases.map(\.rawValue)
        words.models = ModelPrices.models
        words.routes = templates
        words.engineOperations = engineOperations
        words.healthChecks = healthChecks
        return words
    }

    private static let templates =
        [
            "/", "\(RPCEndpoint.mount)/{procedure}", "/runs/{id}/events", SessionEndpoint.path, SignIn.path,
            OpsPages.live,
            OpsPages.ready,
            OpsPages.healthy, OpsPages.isReady, OpsPages.scrape,
        ] + WorkFile.allCases.map { "/runs/{id}/\($0.name)" }
}
