/// A part of the page that its navigation leads to.
enum WebSection: String, CaseIterable, Sendable {
    case overview
    case runs
    case tasks
    case schedules
    case instances
    case charts

    var path: String { self == .overview ? "/" : "/\(rawValue)" }

    var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
