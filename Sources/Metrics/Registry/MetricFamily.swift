/// The cells of one metric, by their labels' values.
///
/// With closed labels every cell is there, at 0, from the start, and finding one takes no lock.
package final class MetricFamily<Cell: MetricCell>: FamilySource {
    package let description: FamilyDescription
    private let shape: Cell.Shape
    private let isTallied: Bool
    /// The cells that there are from the start, when there can be no others.
    private let closed: [[String]: Cell]
    private let sorted: [Cell]
    private let open: OpenCells<Cell>
    private let isFixed: Bool
    private let refusals: Counter
    /// Where refused counts go; it is never shown.
    private let nowhere: Cell

    /// Makes the cells that are known beforehand.
    ///
    /// The children are the closed labels' values that belong together; nil stands for all of them with each other.
    /// With `first`, only these are there from the start, and the others come with their use.
    init(
        _ description: FamilyDescription,
        shape: Cell.Shape,
        isTallied: Bool,
        children: [[String]]? = nil,
        first: [[String]]? = nil,
        refusals: Counter
    ) {
        self.description = description
        self.shape = shape
        self.isTallied = isTallied
        self.refusals = refusals
        isFixed = description.isClosed && first == nil
        let keys = isFixed ? children ?? Self.combinations(description.labels) : []
        var cells: [[String]: Cell] = [:]
        var lines: [(order: [UInt8], cell: Cell)] = []
        for key in keys where key.count == description.labels.count && cells[key] == nil {
            let start = description.start(key)
            let cell = Cell(shape: shape, start: start)
            cells[key] = cell
            lines.append((start.bytes(), cell))
        }
        closed = cells
        sorted = lines.sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.cell)
        open = OpenCells(cap: description.isClosed && first != nil ? .max : description.cap)
        nowhere = Cell(shape: shape, start: LineStart(name: description.name, labels: []))
        for key in first ?? [] { _ = find(key) }
    }

    /// The cell of these values, in the order of the family's labels.
    ///
    /// Values that the labels do not allow, or one series too many, give a cell that is not shown; the refusal is
    /// counted.
    package subscript(values: String...) -> Cell { cell(values) }

    package func cell(_ values: [String]) -> Cell {
        if let cell = find(values) { return cell }
        refusals.increment()
        return nowhere
    }

    func write(to text: inout ExpositionText, collected: Collected) {
        text.family(description) { text in
            for cell in sorted { cell.write(to: &text) }
            open.write(to: &text)
        }
    }

    func tally() -> [TallyRow] {
        guard isTallied, Cell.self == Counter.self else { return [] }
        let cells = closed.merging(open.all) { cell, _ in cell }
        return cells.compactMap { key, cell in
            guard let counter = cell as? Counter, counter.value > 0 else { return nil }
            return TallyRow(family: description.name, labels: key, value: counter.value)
        }
    }

    func restore(_ row: TallyRow) -> Bool {
        guard isTallied, let counter = find(row.labels) as? Counter else { return false }
        counter.restore(row.value)
        return true
    }

    /// The cell of labels that are not the family's but the cell's own, as libraries have them; nil beyond the cap.
    func cell(free labels: [(name: String, value: String)]) -> Cell? {
        open.cell(labels.flatMap { [$0.name, $0.value] }) {
            let start = LineStart(name: description.name, labels: labels)
            return (Cell(shape: shape, start: start), start)
        }
    }

    private func find(_ values: [String]) -> Cell? {
        if let cell = closed[values] { return cell }
        guard values.count == description.labels.count else { return nil }
        var key: [String] = []
        for (label, value) in zip(description.labels, values) {
            guard let accepted = label.accepted(value) else { return nil }
            key.append(accepted)
        }
        if isFixed { return closed[key] }
        return open.cell(key) {
            let start = description.start(key)
            return (Cell(shape: shape, start: start), start)
        }
    }

    private static func combinations(_ labels: [Label]) -> [[String]] {
        labels.reduce([[]]) { keys, label in keys.flatMap { key in (label.words ?? []).map { key + [$0] } } }
    }
}
