/// How much somebody may do; each may do what those before it may.
package enum AccessRole: String, CaseIterable, Comparable, Codable, Sendable {
    /// See everything: queries, subscriptions, pages, metrics.
    case read
    /// Have what is defined happen, or not happen: runs, pauses, instances.
    case operate
    /// Define what happens, and who may do what.
    case admin

    package static func < (left: AccessRole, right: AccessRole) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .read: 0
        case .operate: 1
        case .admin: 2
        }
    }
}
