/// A label of a family, and what its values may be.
package struct Label: Hashable, Sendable {
    package let name: String
    /// The only values that there are; nil when they are not known beforehand.
    package let words: [String]?
    /// The word that stands for every value that is none of them.
    let other: String?

    /// A label with these values only; others are refused.
    package static func closed(_ name: String, _ words: [String]) -> Label {
        Label(name: name, words: unique(words), other: nil)
    }

    /// A label with these values, and one more for all others.
    package static func closed(_ name: String, _ words: [String], other: String) -> Label {
        Label(name: name, words: unique(words + [other]), other: other)
    }

    /// A label whose values come with what is counted, such as a slug; a family has as many series as its cap allows.
    package static func open(_ name: String) -> Label {
        Label(name: name, words: nil, other: nil)
    }

    /// The value under which another is counted; nil when it is refused.
    func accepted(_ value: String) -> String? {
        guard let words else { return Escaping.shown(value) }
        return words.contains(value) ? value : other
    }

    private static func unique(_ words: [String]) -> [String] {
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }
    }
}
