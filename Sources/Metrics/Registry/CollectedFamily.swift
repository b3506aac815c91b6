/// A metric whose samples are made anew for each scrape, so that what is no more has none.
package struct CollectedFamily: FamilySource {
    package let description: FamilyDescription
    private let segments: [[UInt8]]
    private let refusals: Counter

    init(_ description: FamilyDescription, refusals: Counter) {
        self.description = description
        self.refusals = refusals
        segments = Self.segments(description)
    }

    func write(to text: inout ExpositionText, collected: Collected) {
        guard let samples = collected.samples[description.name] else { return }
        text.family(description) { text in
            for sample in admitted(samples) {
                text.line(segments, sample.labels, order: description.order, sample.value)
            }
        }
    }

    /// The samples in order, without those that may not be: doubles, what exceeds the cap, values that are no number,
    /// counters below 0, words that a label does not know.
    private func admitted(_ samples: [Collected.Sample]) -> [Collected.Sample] {
        var admitted: [Collected.Sample] = []
        admitted.reserveCapacity(samples.count)
        for sample in sorted(samples.compactMap(accepted)) {
            if let last = admitted.last, last.labels == sample.labels || admitted.count >= limit {
                refusals.increment()
            } else {
                admitted.append(sample)
            }
        }
        return admitted
    }

    private var limit: Int { description.isClosed ? .max : description.cap }

    private func accepted(_ sample: Collected.Sample) -> Collected.Sample? {
        guard !sample.value.isNaN else { return nil }
        guard sample.labels.count == description.labels.count else { return refused() }
        if description.kind == .counter, !(sample.value >= 0) || sample.value.isInfinite { return refused() }
        var sample = sample
        for (index, label) in description.labels.enumerated() {
            guard let word = label.accepted(sample.labels[index]) else { return refused() }
            sample.labels[index] = word
        }
        return sample
    }

    private func refused() -> Collected.Sample? {
        refusals.increment()
        return nil
    }

    /// Sorts unless that was done already, as a query does.
    private func sorted(_ samples: [Collected.Sample]) -> [Collected.Sample] {
        let order = description.order
        let precedes = { (left: Collected.Sample, right: Collected.Sample) -> Bool in
            for index in order where left.labels[index] != right.labels[index] {
                return left.labels[index] < right.labels[index]
            }
            return false
        }
        let isSorted = zip(samples, samples.dropFirst()).allSatisfy { !precedes($1, $0) }
        return isSorted ? samples : samples.sorted(by: precedes)
    }

    private static func segments(_ description: FamilyDescription) -> [[UInt8]] {
        let names = description.order.map { description.labels[$0].name }
        guard let first = names.first else { return [Array("\(description.name) ".utf8)] }
        return [Array("\(description.name){\(first)=\"".utf8)]
            + names.dropFirst().map { Array("\",\($0)=\"".utf8) } + [Array("\"} ".utf8)]
    }
}
