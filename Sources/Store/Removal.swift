/// What the upkeep removed.
package struct Removal: Hashable, Sendable {
    package var runs = 0
    package var messages = 0
    package var results = 0
    package var slots = 0
    /// Entries of the list of who changed what.
    package var changes = 0

    package init() {}

    package var isNothing: Bool { self == Removal() }

    package static func += (sum: inout Removal, other: Removal) {
        sum.runs += other.runs
        sum.messages += other.messages
        sum.results += other.results
        sum.slots += other.slots
        sum.changes += other.changes
    }
}

/// How much one write may remove, so that nobody waits for it longer than for any other commit.
struct RemovalBudget {
    var rows = 128
    var bytes = 512 << 10

    var isSpent: Bool { rows <= 0 || bytes <= 0 }
}

extension RemovalBudget {
    /// Takes one row of so many bytes out of it.
    mutating func spend(_ size: Int = 0) {
        rows -= 1
        bytes -= size
    }
}
