/// A value as it was given, not yet of its key's kind.
enum RawValue: Hashable, Sendable {
    case text(String)
    case list([String])

    /// What is wrong with it as the value of a key; nil when nothing is.
    func complaint(_ key: ConfigurationKey) -> String? {
        let isRight =
            switch (key.kind, self) {
            case (.text, .text(let text)): !text.isEmpty
            case (.word(let words), .text(let text)): words.contains(text)
            case (.integer(let range), .text(let text)): Int(text).map(range.contains) ?? false
            case (.duration, .text(let text)): Duration(configured: text) != nil
            case (.list, .list): true
            default: false
            }
        return isRight ? nil : "\(key.name) must be \(key.expectation), not \(shown)"
    }

    private var shown: String {
        switch self {
        case .text(let text): text.isEmpty ? "empty" : "\"\(text)\""
        case .list: "a list"
        }
    }
}

extension Duration {
    /// The duration of `90s`, `15m`, `2h`, `1d`, or a number of seconds; nil for what is none or not above zero.
    init?(configured text: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        var number = Substring(text)
        var factor = 1.0
        if let unit = number.last.flatMap({ units[$0] }) {
            factor = unit
            number.removeLast()
        }
        guard let count = Double(number), count.isFinite, count > 0, count * factor <= 366 * 86_400 else { return nil }
        self = .seconds(count * factor)
    }
}
