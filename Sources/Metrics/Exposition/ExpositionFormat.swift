/// The two texts in which a scrape may be answered.
package enum ExpositionFormat: Hashable, Sendable {
    /// Prometheus text 0.0.4.
    case text
    /// OpenMetrics 1.0, with the escaping scheme that was asked for; our names are the same in each of them.
    case openMetrics(escaping: EscapingScheme?)

    /// The schemes by which a name outside the old alphabet may be written.
    package enum EscapingScheme: String, CaseIterable, Sendable {
        case allowUTF8 = "allow-utf-8"
        case underscores
        case dots
        case values
    }

    /// The format that a request's `Accept` fields ask for; text when they name nothing that there is.
    ///
    /// - Parameter accept: The fields' values, in the request's order.
    package init(accept: [String]) {
        let clauses = accept.flatMap(AcceptClause.all(in:)).filter { $0.quality > 0 }
        let wishes = clauses.enumerated().sorted { left, right in
            left.element.quality != right.element.quality
                ? left.element.quality > right.element.quality : left.offset < right.offset
        }
        self = wishes.lazy.compactMap { Self.format(for: $0.element) }.first ?? .text
    }

    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics(nil): "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .openMetrics(let scheme?):
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=\(scheme.rawValue)"
        }
    }

    var isOpenMetrics: Bool { self != .text }

    /// What a clause can be served with; a version that is not named is the oldest of its kind.
    private static func format(for clause: AcceptClause) -> ExpositionFormat? {
        switch clause.mediaType {
        case "application/openmetrics-text" where clause["version"] == "1.0.0":
            .openMetrics(escaping: clause["escaping"].flatMap(EscapingScheme.init(rawValue:)))
        case "text/plain" where clause["version", default: "0.0.4"] == "0.0.4", "text/*", "*/*": .text
        default: nil
        }
    }
}
