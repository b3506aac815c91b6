package import AgentStream

/// A value parts of which come later, as a JSONL stream sends it.
package indirect enum Deferred: Sendable {
    case value(JSONValue)
    /// One value, later.
    case promise(@Sendable () async throws -> Deferred)
    /// Values one after the other: the closure is called until it answers `end`.
    case iterable(@Sendable () async throws -> Iteration)
    /// An object whose members may come later; deeper places may not.
    case object([(key: String, value: Deferred)])

    /// What an iterable gives next.
    package enum Iteration: Sendable {
        case element(Deferred)
        case end(Deferred)
    }
}
