/// What the registry tells of itself.
struct OwnMetrics {
    let duration: MetricFamily<Gauge>
    let errors: MetricFamily<Counter>
    let rejected: MetricFamily<Counter>

    init(namespace: String) {
        let nowhere = Counter(shape: Counter.Shape(), start: LineStart(name: "nowhere", labels: []))
        duration = MetricFamily(
            FamilyDescription(
                "\(namespace)_metrics_scrape_duration_seconds",
                "How long the scrape before this one took.",
                .gauge,
                [],
                cap: 0
            ),
            shape: Gauge.Shape(initial: nil),
            isTallied: false,
            refusals: nowhere
        )
        errors = Self.counter(
            "\(namespace)_metrics_scrape_errors_total",
            "Scrapes in which a collector failed or took too long, so that its metrics were absent.",
            .open("collector"),
            nowhere
        )
        rejected = Self.counter(
            "\(namespace)_metrics_series_rejected_total",
            "Samples that were refused: series beyond a family's cap, doubles, unknown words.",
            .open("family"),
            nowhere
        )
    }

    private static func counter(
        _ name: String,
        _ help: String,
        _ label: Label,
        _ nowhere: Counter
    )
        -> MetricFamily<Counter>
    {
        MetricFamily(
            FamilyDescription(name, help, .counter, [label], cap: 1000),
            shape: Counter.Shape(),
            isTallied: false,
            refusals: nowhere
        )
    }
}
