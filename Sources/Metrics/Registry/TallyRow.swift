/// The value of one counter that is to survive a restart.
package struct TallyRow: Hashable, Sendable, Codable {
    /// The samples' name, such as `caretaker_runs_started_total`.
    package var family: String
    /// The labels' values in the family's order.
    package var labels: [String]
    package var value: Double

    package init(family: String, labels: [String], value: Double) {
        self.family = family
        self.labels = labels
        self.value = value
    }
}
