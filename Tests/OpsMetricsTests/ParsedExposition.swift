/// A strict reader of both formats, which knows nothing of the writer.
///
/// It refuses what Prometheus would silently accept: doubles, families in pieces, buckets that fall, missing `+Inf`.
struct ParsedExposition {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
        let exemplar: String?
    }

    struct Family {
        let name: String
        var type = ""
        var help = ""
        var unit: String?
        var samples: [Sample] = []
    }

    let isOpenMetrics: Bool
    private(set) var families: [Family] = []
    private var seen: Set<String> = []
    private var names: Set<String> = []

    init(_ bytes: [UInt8], openMetrics: Bool) throws {
        isOpenMetrics = openMetrics
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault(description: "no UTF-8") }
        guard text.isEmpty || bytes.last == 10 else { throw Fault(description: "no last newline") }
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        lines.removeLast()
        if openMetrics {
            guard lines.popLast() == "# EOF" else { throw Fault(description: "no EOF") }
        }
        for line in lines { try take(line) }
        for family in families { try check(family) }
    }

    /// The value of a sample; nil when there is none.
    subscript(name: String, labels: [String: String]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    var samples: [Sample] { families.flatMap(\.samples) }

    func family(_ name: String) -> Family? { families.first { $0.name == name } }

    private mutating func take(_ line: String) throws {
        guard !line.isEmpty else { throw Fault(description: "an empty line") }
        guard line.utf8.first == UInt8(ascii: "#") else { return try takeSample(line) }
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 4, words[0] == "#" else { throw Fault(description: "a comment: \(line)") }
        if families.last?.name != words[2] {
            guard names.insert(words[2]).inserted else { throw Fault(description: "\(words[2]) comes twice") }
            families.append(Family(name: words[2]))
        }
        let last = families.count - 1
        guard families[last].samples.isEmpty else { throw Fault(description: "late metadata: \(line)") }
        switch words[1] {
        case "TYPE" where families[last].type.isEmpty: families[last].type = words[3]
        case "HELP" where families[last].help.isEmpty: families[last].help = words[3]
        case "UNIT" where families[last].unit == nil && isOpenMetrics: families[last].unit = words[3]
        default: throw Fault(description: "metadata twice or unknown: \(line)")
        }
    }

    private mutating func takeSample(_ line: String) throws {
        var reader = SampleReader(line)
        let sample = try reader.sample(openMetrics: isOpenMetrics)
        guard let family = families.last, sampleNames(family).contains(sample.name) else {
            throw Fault(description: "\(sample.name) is in no family")
        }
        let labels = sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)\u{0}\($0.value)" }
        guard seen.insert(([sample.name] + labels).joined(separator: "\u{1}")).inserted else {
            throw Fault(description: "double: \(line)")
        }
        families[families.count - 1].samples.append(sample)
    }

    private func sampleNames(_ family: Family) -> [String] {
        switch family.type {
        case "histogram": ["_bucket", "_sum", "_count"].map { family.name + $0 }
        case "counter": [isOpenMetrics ? family.name + "_total" : family.name]
        case "info" where isOpenMetrics: [family.name + "_info"]
        case "gauge": [family.name]
        default: []
        }
    }

    private func check(_ family: Family) throws {
        guard !family.samples.isEmpty, !family.type.isEmpty, !family.help.isEmpty else {
            throw Fault(description: "\(family.name) is incomplete")
        }
        if let unit = family.unit, !family.name.hasSuffix("_\(unit)") {
            throw Fault(description: "\(family.name) has the unit \(unit)")
        }
        if family.type == "counter" {
            guard isOpenMetrics || family.name.hasSuffix("_total") else { throw Fault(description: "\(family.name)") }
            guard family.samples.allSatisfy({ $0.value >= 0 }) else { throw Fault(description: "\(family.name) fell") }
        }
        for sample in family.samples where sample.exemplar != nil {
            guard sample.name.hasSuffix("_total") || sample.name.hasSuffix("_bucket") else {
                throw Fault(description: "an exemplar on \(sample.name)")
            }
        }
        if family.type == "histogram" { try checkHistogram(family) }
    }

    private func checkHistogram(_ family: Family) throws {
        let groups = Dictionary(grouping: family.samples) { $0.labels.filter { $0.key != "le" } }
        for (labels, samples) in groups {
            let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
            let bounds = try buckets.map { bucket -> Double in
                guard let text = bucket.labels["le"], text.contains(".") || text.contains("e") || text == "+Inf"
                else { throw Fault(description: "\(family.name) has a bound that is not canonical") }
                return text == "+Inf" ? .infinity : Double(text) ?? .nan
            }
            let rises = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
            let fills = zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value }
            let count = samples.first { $0.name.hasSuffix("_count") }?.value
            guard rises, fills, bounds.last == .infinity, count == buckets.last?.value,
                samples.contains(where: { $0.name.hasSuffix("_sum") })
            else { throw Fault(description: "\(family.name) \(labels) is no histogram") }
        }
    }
}
