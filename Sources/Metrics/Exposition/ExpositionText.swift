/// An exposition while it is being written.
package struct ExpositionText: Sendable {
    private(set) var bytes: [UInt8] = []
    let isOpenMetrics: Bool

    init(_ format: ExpositionFormat, capacity: Int = 0) {
        isOpenMetrics = format.isOpenMetrics
        bytes.reserveCapacity(capacity)
    }

    /// Writes a line without exemplar: what was made ready of it, and the number.
    mutating func line(_ start: [UInt8], _ value: Double) {
        bytes.append(contentsOf: start)
        NumberText.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes a line of a count, with its exemplar where the format has room for one.
    mutating func line(_ start: [UInt8], _ value: UInt64, _ exemplar: Exemplar?) {
        bytes.append(contentsOf: start)
        NumberText.append(value, to: &bytes)
        finish(exemplar)
    }

    mutating func line(_ start: [UInt8], _ value: Double, _ exemplar: Exemplar?) {
        bytes.append(contentsOf: start)
        NumberText.append(value, to: &bytes)
        finish(exemplar)
    }

    /// Writes a line whose labels are not known before the scrape.
    ///
    /// - Parameters:
    ///   - segments: What stands before, between and after the labels' values.
    ///   - values: The labels' values.
    ///   - order: Which of the values comes when.
    ///   - value: The number.
    mutating func line(_ segments: [[UInt8]], _ values: [String], order: [Int], _ value: Double) {
        bytes.append(contentsOf: segments[0])
        for (position, label) in order.enumerated() {
            Escaping.appendLabelValue(values[label], to: &bytes)
            bytes.append(contentsOf: segments[position + 1])
        }
        NumberText.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes what a family has to say of itself, then its samples; nothing at all when there are none.
    mutating func family(_ description: FamilyDescription, samples: (inout ExpositionText) -> Void) {
        let before = bytes.count
        bytes.append(contentsOf: isOpenMetrics ? description.openMetricsHead : description.textHead)
        let head = bytes.count
        samples(&self)
        if bytes.count == head { bytes.removeLast(head - before) }
    }

    mutating func end() {
        if isOpenMetrics { bytes.append(contentsOf: "# EOF\n".utf8) }
    }

    private mutating func finish(_ exemplar: Exemplar?) {
        if isOpenMetrics, let exemplar {
            bytes.append(contentsOf: " # {run_id=\"".utf8)
            bytes.append(contentsOf: exemplar.run.utf8)
            bytes.append(contentsOf: "\"} ".utf8)
            NumberText.append(exemplar.value, to: &bytes)
            bytes.append(UInt8(ascii: " "))
            NumberText.append(exemplar.time, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
