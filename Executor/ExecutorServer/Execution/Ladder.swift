import Glibc

/// Which signals end a process tree, one after another, and how long each has before the next.
struct Ladder: Sendable {
    /// One signal and the seconds that it has.
    struct Rung: Sendable {
        let signal: CInt
        let grace: Double
    }

    let rungs: [Rung]

    /// For a cancel call: an interrupted agent may still tell its result and cost.
    static let cancel = Ladder(rungs: [
        Rung(signal: SIGINT, grace: 4), Rung(signal: SIGTERM, grace: 4), Rung(signal: SIGKILL, grace: 10),
    ])

    /// For a limit that the agent has reached.
    static let limit = Ladder(rungs: [
        Rung(signal: SIGINT, grace: 3), Rung(signal: SIGTERM, grace: 3), Rung(signal: SIGKILL, grace: 10),
    ])

    /// For what the agent left running when it ended.
    static let leftovers = Ladder(rungs: [Rung(signal: SIGTERM, grace: 2), Rung(signal: SIGKILL, grace: 10)])
}
