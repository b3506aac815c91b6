import Synchronization

/// The families of one kind that libraries made, each for one label of theirs.
final class LibraryFamilies<Cell: MetricCell>: Sendable {
    private struct Entry {
        let label: String
        let family: MetricFamily<Cell>?
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// The cell for a library's label and dimensions.
    ///
    /// A second label that would have the same name, and a name that something else has, get nothing: two things must
    /// not be added up as if they were one.
    ///
    /// - Returns: The cell; nil when it is refused.
    func cell(
        _ name: String,
        label: String,
        _ dimensions: [(String, String)],
        limit: Int,
        make: () -> MetricFamily<Cell>?
    ) -> Cell? {
        let family: MetricFamily<Cell>? = entries.withLock { entries in
            if let entry = entries[name] { return entry.label == label ? entry.family : nil }
            guard entries.count < limit else { return nil }
            let family = make()
            entries[name] = Entry(label: label, family: family)
            return family
        }
        return family?.cell(free: LibraryName.labels(dimensions))
    }
}
