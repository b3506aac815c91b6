import Model

/// How the page writes numbers, times and words.
enum WebText {
    /// Dollars, with as many digits as a reader can use.
    static func cost(_ dollars: Double?) -> String? { dollars.map(Self.dollars) }

    static func dollars(_ dollars: Double) -> String {
        let isCents = abs(dollars * 100 - (dollars * 100).rounded()) < 1e-6
        let digits = dollars >= 1 || isCents ? 2 : 4
        return "$" + fixed(dollars, digits)
    }

    /// A number with a fixed count of decimals.
    static func fixed(_ number: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (number * scale).rounded()
        guard scaled.magnitude < 1e15 else { return "\(number)" }
        let whole = Int64(scaled.magnitude)
        let sign = scaled < 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let text = String(repeating: "0", count: max(0, digits + 1 - String(whole).count)) + String(whole)
        return "\(sign)\(text.dropLast(digits)).\(text.suffix(digits))"
    }

    /// A size in the unit that fits it.
    static func bytes(_ bytes: Int) -> String {
        var size = Double(bytes)
        for unit in ["B", "KB", "MB", "GB"] {
            if size < 1000 || unit == "GB" { return "\(fixed(size, unit == "B" || size >= 100 ? 0 : 1)) \(unit)" }
            size /= 1024
        }
        return "\(bytes) B"
    }

    /// A count with its thousands apart.
    static func count(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[max(0, $0 - 3)..<$0]) }
        return (number < 0 ? "-" : "") + groups.reversed().joined(separator: " ")
    }

    /// The two largest units of a duration, such as `1 h 20 min`.
    static func duration(_ duration: Duration) -> String {
        let seconds = max(0, duration.seconds)
        if seconds < 10 { return "\(fixed(seconds, 1)) s" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min\(rest(whole % 60, "s"))"
        case ..<86_400: return "\(whole / 3600) h\(rest(whole % 3600 / 60, "min"))"
        default: return "\(whole / 86_400) d\(rest(whole % 86_400 / 3600, "h"))"
        }
    }

    private static func rest(_ number: Int, _ unit: String) -> String { number == 0 ? "" : " \(number) \(unit)" }

    /// A number of things; `none` when there is none.
    static func count(_ number: Int, _ thing: String, none: String) -> String {
        switch number {
        case 0: none
        case 1: "1 \(thing)"
        default: "\(number) \(thing)s"
        }
    }

    /// What becomes of runs at work when what made them is deleted; nil when there is none.
    static func atWork(_ runs: Int) -> String? {
        runs == 0 ? nil : "\(count(runs, "run", none: "")) at work will go on to the end."
    }

    /// A number of bytes in the largest unit of which there is one.
    static func size(_ bytes: Int64) -> String {
        let unit = [("GiB", 30), ("MiB", 20), ("KiB", 10)].first { bytes >= 1 << $0.1 }
        guard let (name, power) = unit else { return "\(bytes) B" }
        return "\(fixed(Double(bytes) / Double(1 << power), 1)) \(name)"
    }

    /// An instant as HTML; in the browser it counts on by itself.
    static func time(_ instant: Timestamp) -> String {
        let iso = instant.iso8601
        return "<time datetime=\"\(iso)\" data-relative>\(iso.prefix(10)) \(iso.dropFirst(11).prefix(5)) UTC</time>"
    }

    /// Why a run waits, as people read it.
    static func words(_ waiting: RunState.Waiting) -> String {
        switch waiting {
        case .capGlobal: "all places are taken"
        case .capRepository: "its repository's places are taken"
        case .capTask: "its task's places are taken"
        case .runtimeUnavailable: "the engine is away"
        case .backoff: "its time has not come"
        case .paused: "its schedule is paused"
        case .overlap: "an earlier run has not ended"
        }
    }

    /// A word of the wire as people read it.
    static func words(_ word: String) -> String { String(word.map { $0 == "_" ? " " : $0 }) }
}
