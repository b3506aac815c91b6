/// The samples that were made for one scrape.
package struct Collected: Sendable {
    struct Sample: Sendable {
        var labels: [String]
        let value: Double
    }

    private(set) var samples: [String: [Sample]] = [:]

    package init() {}

    /// Adds a sample.
    ///
    /// - Parameters:
    ///   - family: The metric.
    ///   - labels: The values of its labels, in its order.
    ///   - value: The number; nil and NaN add nothing.
    package mutating func add(_ family: CollectedFamily, _ labels: String..., value: Double?) {
        guard let value else { return }
        samples[family.description.name, default: []].append(Sample(labels: labels, value: value))
    }

    /// Adds a sample that is a whole number.
    package mutating func add(_ family: CollectedFamily, _ labels: String..., value: Int) {
        samples[family.description.name, default: []].append(Sample(labels: labels, value: Double(value)))
    }

    mutating func merge(_ other: Collected) {
        samples.merge(other.samples) { $0 + $1 }
    }
}
