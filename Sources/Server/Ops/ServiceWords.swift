import Model
package import OpsMetrics

extension CaretakerWords {
    /// The words of the database and of the wires.
    ///
    /// - Parameters:
    ///   - procedures: The names of the procedures.
    ///   - healthChecks: The names of the checks.
    /// - Returns: The words.
    package static func service(procedures: [String], healthChecks: [String]) -> CaretakerWords {
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
        words.models = ModelWord.all
        words.procedures = procedures.sorted()
        words.routes = templates
        words.engineOperations = []
        words.healthChecks = healthChecks
        return words
    }

    private static let templates =
        [
            "/", "\(RPCEndpoint.mount)/{procedure}", "/runs/{id}/events", OpsPages.live, OpsPages.ready,
            OpsPages.healthy, OpsPages.isReady, OpsPages.scrape,
        ] + WorkFile.allCases.map { "/runs/{id}/\($0.name)" }
}

/// The models that metrics tell apart.
enum ModelWord {
    static let all = [
        "claude-haiku-4-5", "claude-haiku-5-5", "claude-sonnet-4-5", "claude-sonnet-4-6", "claude-sonnet-5",
        "claude-sonnet-5-5", "claude-opus-4-5", "claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8",
        "claude-opus-5",
    ]

    /// A model's name without the date that its answers may carry.
    static func word(_ model: String) -> String {
        guard let dash = model.lastIndex(of: "-") else { return model }
        let last = model[dash...].dropFirst()
        return last.utf8.count == 8 && last.utf8.allSatisfy { (48...57).contains($0) } ? String(model[..<dash]) : model
    }
}
