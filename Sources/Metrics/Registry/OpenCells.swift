import Synchronization

/// The cells of a family whose labels are not known beforehand, up to a cap.
///
/// Those who count share a lock for finding a cell. A scrape never takes it: it follows a chain to which cells are only
/// ever appended, and keeps what it found, sorted, under a lock of its own.
final class OpenCells<Cell: MetricCell>: Sendable {
    private final class Link: Sendable {
        let cell: Cell
        let order: [UInt8]
        let next = AtomicLazyReference<Link>()

        init(cell: Cell, order: [UInt8]) {
            self.cell = cell
            self.order = order
        }
    }

    private struct Known {
        var cells: [[String]: Cell] = [:]
        var last: Link?
    }

    private struct Seen {
        var links: [Link] = []
        var last: Link?
    }

    private let cap: Int
    private let first = AtomicLazyReference<Link>()
    private let known = Mutex(Known())
    private let seen = Mutex(Seen())

    init(cap: Int) {
        self.cap = cap
    }

    /// The cell of a key, made at its first use; nil when the cap is reached.
    func cell(_ key: [String], make: () -> (Cell, LineStart)) -> Cell? {
        known.withLock { known in
            if let cell = known.cells[key] { return cell }
            guard known.cells.count < cap else { return nil }
            let (cell, start) = make()
            let link = Link(cell: cell, order: start.bytes())
            known.cells[key] = cell
            if let last = known.last { _ = last.next.storeIfNil(link) } else { _ = first.storeIfNil(link) }
            known.last = link
            return cell
        }
    }

    /// The keys and cells that there are, in no order; for the tally.
    var all: [[String]: Cell] { known.withLock(\.cells) }

    func write(to text: inout ExpositionText) {
        for link in sorted() { link.cell.write(to: &text) }
    }

    private func sorted() -> [Link] {
        seen.withLock { seen in
            let before = seen.links.count
            var next = seen.last.map { $0.next.load() } ?? first.load()
            while let link = next {
                seen.links.append(link)
                seen.last = link
                next = link.next.load()
            }
            if seen.links.count > before { seen.links.sort { $0.order.lexicographicallyPrecedes($1.order) } }
            return seen.links
        }
    }
}
