import Model

/// Tells when the wall clock did not go on with the one that does not jump.
struct ClockSteadiness {
    /// How far they may drift apart between two looks.
    private static let tolerance = Duration.seconds(3600)

    private let start = ContinuousClock.now
    private var offset: Duration

    init(_ wall: Timestamp) {
        offset = wall - Timestamp(milliseconds: 0)
    }

    /// Whether it jumped since the last look; what it shows now is believed from then on.
    mutating func hasJumped(to wall: Timestamp) -> Bool {
        let now = (wall - Timestamp(milliseconds: 0)) - start.duration(to: .now)
        let change = now - offset
        offset = now
        return abs(change.seconds) > Self.tolerance.seconds
    }
}
