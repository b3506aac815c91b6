/// Lists and numbers in words.
enum English {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let counts = ["first", "second", "third", "fourth", "fifth"]

    /// `a, b and c`.
    static func list(_ items: [String]) -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `1st`, `12th`, `23rd`.
    static func ordinal(_ number: Int) -> String {
        let ending =
            (11...13).contains(number % 100) ? "th" : ["th", "st", "nd", "rd"][number % 10 < 4 ? number % 10 : 0]
        return "\(number)\(ending)"
    }

    /// `1 minute`, `2 minutes`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// `1 hour 30 minutes`.
    static func duration(_ seconds: Int64) -> String {
        var (rest, parts) = (Int(seconds), [String]())
        for (unit, noun) in [(604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")] {
            if rest >= unit { parts.append(count(rest / unit, noun)) }
            rest %= unit
        }
        return parts.joined(separator: " ")
    }

    /// Where the bits are set.
    static func values(_ bits: UInt64) -> [Int] { (0..<64).filter { bits >> UInt64($0) & 1 == 1 } }

    /// Three or more values without a hole.
    static func isRun(_ values: [Int]) -> Bool {
        guard let first = values.first, let last = values.last else { return false }
        return values.count > 2 && last - first == values.count - 1
    }

    /// The distance between values that go round a cycle evenly; nil when they do not.
    static func step(_ values: [Int], cycle: Int) -> Int? {
        guard values.count > 1, let first = values.first else { return nil }
        let step = values[1] - first
        guard step > 1, first < step, step * values.count == cycle else { return nil }
        return values == Array(stride(from: first, to: cycle, by: step)) ? step : nil
    }
}
