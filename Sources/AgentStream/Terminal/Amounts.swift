/// Amounts as terminals tell them.
package enum Amounts {
    /// A cost in dollars with four digits, more than which no reader needs.
    package static func dollars(_ cost: Double) -> String {
        guard cost < 1e12 else { return "over $1e12" }
        let units = Int((cost * 10_000).rounded())
        let fraction = String(units % 10_000)
        return "$\(units / 10_000).\(String(repeating: "0", count: 4 - fraction.utf8.count))\(fraction)"
    }

    /// A time: to a tenth of a second below a minute, then in minutes and hours.
    static func seconds(milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        if seconds < 60 { return "\(seconds).\(milliseconds % 1000 / 100) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
}
