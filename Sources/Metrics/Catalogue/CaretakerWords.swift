/// The closed words of other modules, which are the values of labels.
///
/// They are handed in, so that metrics use the words of the database and the wires without a second list of them.
package struct CaretakerWords: Sendable {
    /// The states in which a run is before it ends, but for `queued`.
    package var activeStates: [String]
    /// The states in which a run ends.
    package var finalStates: [String]
    /// Why a queued run waits; one that waits for nothing in particular is `none`.
    package var waitings: [String]
    /// Why a run fails.
    package var failureReasons: [String]
    /// Which limit ends a run that times out.
    package var timeLimits: [String]
    /// What makes a run.
    package var triggers: [String]
    /// Why a slot is skipped.
    package var skipReasons: [String]
    /// The states of an instance that is there.
    package var instanceStates: [String]
    /// The kinds of messages.
    package var messageKinds: [String]
    /// The models that are told apart; all others are `other`.
    package var models: [String]
    /// The templates of the paths; all others are `other`.
    package var routes: [String]
    /// The calls on the container engine.
    package var engineOperations: [String]
    /// What readiness is made of.
    package var healthChecks: [String]

    /// No words at all, to be filled in by name.
    package init() {
        activeStates = []
        finalStates = []
        waitings = []
        failureReasons = []
        timeLimits = []
        triggers = []
        skipReasons = []
        instanceStates = []
        messageKinds = []
        models = []
        routes = []
        engineOperations = []
        healthChecks = []
    }
}
