/// What a registry knows of a family, whatever its cells are.
protocol FamilySource: Sendable {
    var description: FamilyDescription { get }

    /// Writes the family, or nothing when it has no samples.
    func write(to text: inout ExpositionText, collected: Collected)

    /// What is to survive a restart.
    func tally() -> [TallyRow]

    /// Takes up a row of the tally; false when the family has no such series.
    func restore(_ row: TallyRow) -> Bool
}

extension FamilySource {
    func tally() -> [TallyRow] { [] }

    func restore(_ row: TallyRow) -> Bool { false }
}
