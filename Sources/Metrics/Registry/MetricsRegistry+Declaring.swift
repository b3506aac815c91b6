/// How metrics are declared; a name that is taken or not allowed gives cells that are not shown.
extension MetricsRegistry {
    /// How many series a family may have whose labels are not all closed.
    package static let defaultCap = 500

    /// Declares counters.
    ///
    /// - Parameters:
    ///   - name: The samples' name; `_total` is added when it lacks.
    ///   - help: One sentence.
    ///   - labels: What the counters differ by.
    ///   - children: The values that belong together, when not all do with each other.
    ///   - first: The closed values that are there from the start, when the others are to come with their use.
    ///   - hasExemplars: Whether a run may be shown as an example.
    ///   - isTallied: Whether the values are to survive a restart.
    ///   - cap: How many series open labels may make.
    /// - Returns: The family, whose cells are had by their labels' values.
    package func counters(
        _ name: String,
        _ help: String,
        _ labels: Label...,
        children: [[String]]? = nil,
        first: [[String]]? = nil,
        hasExemplars: Bool = false,
        isTallied: Bool = false,
        cap: Int = defaultCap
    ) -> MetricFamily<Counter> {
        family(
            FamilyDescription(name, help, .counter, labels, cap: cap),
            Counter.Shape(exemplarTime: hasExemplars ? now : nil),
            isTallied: isTallied,
            children: children,
            first: first
        )
    }

    /// Declares a counter without labels.
    package func counter(_ name: String, _ help: String, isTallied: Bool = false) -> Counter {
        counters(name, help, isTallied: isTallied)[]
    }

    /// Declares gauges.
    ///
    /// - Parameters:
    ///   - name: The samples' name.
    ///   - help: One sentence.
    ///   - labels: What the gauges differ by.
    ///   - initial: The value until one is set; nil for none.
    ///   - cap: How many series open labels may make.
    /// - Returns: The family, whose cells are had by their labels' values.
    package func gauges(
        _ name: String,
        _ help: String,
        _ labels: Label...,
        initial: Double? = 0,
        cap: Int = defaultCap
    ) -> MetricFamily<Gauge> {
        family(FamilyDescription(name, help, .gauge, labels, cap: cap), Gauge.Shape(initial: initial))
    }

    /// Declares a gauge without labels.
    package func gauge(_ name: String, _ help: String, initial: Double? = 0) -> Gauge {
        gauges(name, help, initial: initial)[]
    }

    /// Declares a constant 1 with labels that say something.
    package func info(_ name: String, _ help: String, _ facts: [(name: String, value: String)]) {
        let labels = facts.map { Label.closed($0.name, [$0.value]) }
        let made: MetricFamily<Gauge> = family(
            FamilyDescription(name, help, .info, labels, cap: 0),
            Gauge.Shape(initial: 1)
        )
        _ = made.cell(facts.map(\.value))
    }

    /// Declares histograms.
    ///
    /// - Parameters:
    ///   - name: The family's name, with its unit.
    ///   - help: One sentence.
    ///   - labels: What the histograms differ by.
    ///   - bounds: The buckets' upper bounds.
    ///   - hasExemplars: Whether each bucket may show a run as an example.
    ///   - cap: How many histograms open labels may make.
    /// - Returns: The family, whose cells are had by their labels' values.
    package func histograms(
        _ name: String,
        _ help: String,
        _ labels: Label...,
        bounds: [Double],
        hasExemplars: Bool = false,
        cap: Int = defaultCap
    ) -> MetricFamily<Histogram> {
        family(
            FamilyDescription(name, help, .histogram, labels, cap: cap),
            Histogram.Shape(bounds: bounds, exemplarTime: hasExemplars ? now : nil)
        )
    }

    /// Declares a histogram without labels.
    package func histogram(_ name: String, _ help: String, bounds: [Double], hasExemplars: Bool = false) -> Histogram {
        histograms(name, help, bounds: bounds, hasExemplars: hasExemplars)[]
    }

    /// Declares a metric whose samples collectors make; see `collect`.
    package func collected(
        _ name: String,
        _ help: String,
        _ kind: MetricKind = .gauge,
        _ labels: Label...,
        cap: Int = defaultCap
    ) -> CollectedFamily {
        let description = FamilyDescription(name, help, kind, labels, cap: cap)
        let family = CollectedFamily(description, refusals: refusals(description.name))
        adopt(family)
        return family
    }

    /// Makes a family and lists it.
    func family<Cell: MetricCell>(
        _ description: FamilyDescription,
        _ shape: Cell.Shape,
        isTallied: Bool = false,
        children: [[String]]? = nil,
        first: [[String]]? = nil
    ) -> MetricFamily<Cell> {
        let family = MetricFamily<Cell>(
            description,
            shape: shape,
            isTallied: isTallied,
            children: children,
            first: first,
            refusals: self.refusals(description.labels.isEmpty ? "other" : description.name)
        )
        adopt(family)
        return family
    }
}
