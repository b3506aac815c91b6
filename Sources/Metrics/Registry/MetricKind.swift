/// The types of metric families that there are here, in the order in which a scrape gives them: a reader that stops at
/// some number of series then has the small and telling ones.
package enum MetricKind: Int, Comparable, Sendable {
    /// A constant 1 whose labels say something; a gauge in the text format, which knows no such type.
    case info
    case gauge
    case counter
    case histogram

    package static func < (left: MetricKind, right: MetricKind) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The end that the names of its samples have and the family's name in OpenMetrics has not.
    var suffix: String {
        switch self {
        case .info: "_info"
        case .counter: "_total"
        case .gauge, .histogram: ""
        }
    }

    /// The ends of the names that a family takes for itself.
    var claims: [String] {
        switch self {
        case .info: ["", "_info"]
        case .gauge: [""]
        case .counter: ["", "_total", "_created"]
        case .histogram: ["", "_bucket", "_sum", "_count", "_created"]
        }
    }

    /// The ends of its samples' names.
    var samples: [String] {
        self == .histogram ? ["_bucket", "_sum", "_count"] : [suffix]
    }
}
