/// What a family is called, what it says, and by what its series differ.
package struct FamilyDescription: Sendable {
    /// The name without the ends that samples have.
    package let base: String
    package let help: String
    package let kind: MetricKind
    package let labels: [Label]
    /// How many series there may be beside those of closed labels.
    package let cap: Int
    /// The labels' places, sorted by their names.
    let order: [Int]
    let textHead: [UInt8]
    let openMetricsHead: [UInt8]

    /// The name is that of the samples; the end that the kind asks for is added when it lacks.
    init(_ name: String, _ help: String, _ kind: MetricKind, _ labels: [Label], cap: Int) {
        base = name.hasSuffix(kind.suffix) ? String(name.dropLast(kind.suffix.count)) : name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.cap = cap
        order = labels.indices.sorted { labels[$0].name < labels[$1].name }
        textHead = Self.textHead(base + kind.suffix, help, kind)
        openMetricsHead = Self.openMetricsHead(base, help, kind)
    }

    /// The name by which rules and dashboards know the family; a histogram's samples have ends of their own.
    package var name: String { base + kind.suffix }

    /// The names of its samples.
    package var sampleNames: [String] { kind.samples.map { base + $0 } }

    /// The names that no other family may have.
    var claims: [String] { kind.claims.map { base + $0 } }

    /// Whether all that is said of it can be written.
    var isValid: Bool {
        MetricName.isValid(base) && !help.isEmpty && labels.allSatisfy { MetricName.isValidLabel($0.name) }
            && Set(labels.map(\.name)).count == labels.count
    }

    /// Whether every series is known beforehand.
    var isClosed: Bool { labels.allSatisfy { $0.words != nil } }

    /// The start of a series' lines.
    func start(_ values: [String]) -> LineStart {
        LineStart(name: name, labels: order.map { (labels[$0].name, values[$0]) })
    }

    private static func textHead(_ name: String, _ help: String, _ kind: MetricKind) -> [UInt8] {
        var bytes = Array("# HELP \(name) ".utf8)
        Escaping.appendHelp(help, quotes: false, to: &bytes)
        return bytes + Array("\n# TYPE \(name) \(kind == .info ? "gauge" : "\(kind)")\n".utf8)
    }

    private static func openMetricsHead(_ base: String, _ help: String, _ kind: MetricKind) -> [UInt8] {
        var bytes = Array("# TYPE \(base) \(kind)\n".utf8)
        let units = ["seconds", "bytes", "usd"]
        if kind != .info, let unit = units.first(where: { base.hasSuffix("_\($0)") }) {
            bytes.append(contentsOf: "# UNIT \(base) \(unit)\n".utf8)
        }
        bytes.append(contentsOf: "# HELP \(base) ".utf8)
        Escaping.appendHelp(help, quotes: true, to: &bytes)
        return bytes + [UInt8(ascii: "\n")]
    }
}
