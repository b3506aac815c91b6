/// What becomes of active runs when the service is asked to stop.
enum StopMode: String, CaseIterable, Sendable {
    /// They go on, and the next start takes them up.
    case detach
    /// No further run starts, and the service waits for them.
    case drain
    /// They are cancelled.
    case cancel
}

/// How the service ends.
struct StopPlan: Hashable, Sendable {
    var mode: StopMode
    /// How long it may wait for runs.
    var timeout: Duration
}
