/// A value as it was given, not yet of its key's kind.
enum RawValue: Hashable, Sendable {
    case text(String)
    case list([String])

    /// What is wrong with it as the value of a key; nil when nothing is.
    func complaint(_ key: ConfigurationKey) -> String? {
        isRight(key.kind) ? nil : "\(key.name) must be \(key.expectation), not \(shown)"
    }

    private func isRight(_ kind: ConfigurationKey.Kind) -> Bool {
        switch (kind, self) {
        case (.text, .text(let text)): !text.isEmpty
        case (.word(let words), .text(let text)): words.contains(text)
        case (.integer(let range), .text(let text)): Int(text).map(range.contains) ?? false
        case (.duration, .text(let text)): Duration(configured: text) != nil
        case (.age, .text(let text)): Duration(configured: text, days: Duration.mostDaysOfAge) != nil
        case (.orNever(let kind), .text(let text)): text == Self.never || isRight(kind)
        case (.size, .text(let text)): Int(configuredSize: text) != nil
        case (.number, .text(let text)): Double(text).map { $0.isFinite && $0 > 0 } ?? false
        case (.boolean, .text(let text)): ["true", "false"].contains(text)
        case (.list, .list): true
        default: false
        }
    }

    /// What stands for the end of what has none.
    static let never = "never"

    private var shown: String {
        switch self {
        case .text(let text): text.isEmpty ? "empty" : "\"\(text)\""
        case .list: "a list"
        }
    }
}

extension Duration {
    static let mostDaysOfAge = 3660.0

    /// The duration of `90s`, `15m`, `2h`, `1d`, or a number of seconds; nil for what is none or not above zero.
    init?(configured text: String, days most: Double = 366) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        var number = Substring(text)
        var factor = 1.0
        if let unit = number.last.flatMap({ units[$0] }) {
            factor = unit
            number.removeLast()
        }
        guard let count = Double(number), count.isFinite, count > 0, count * factor <= most * 86_400 else { return nil }
        self = .seconds(count * factor)
    }
}

extension Int {
    /// The bytes of `512m`, `4g`, or a number of bytes; nil for what is none or not above zero.
    init?(configuredSize text: String) {
        let units: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40]
        var number = Substring(text.lowercased())
        var factor = 1
        if let unit = number.last.flatMap({ units[$0] }) {
            factor = unit
            number.removeLast()
        }
        guard let count = Int(number), count > 0 else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self = bytes
    }
}
