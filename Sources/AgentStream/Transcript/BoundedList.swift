/// The beginning of a list that may be longer than is shown.
package struct BoundedList<Element: Hashable & Sendable>: Hashable, Sendable {
    package let elements: [Element]
    package let omittedCount: Int

    package static var empty: BoundedList { BoundedList([], { $0 }) }

    /// Takes what can be read of each element; what cannot is left out.
    init<Source>(_ sources: [Source], limit: Int = TranscriptLimits.listCount, _ read: (Source) -> Element?) {
        elements = sources.prefix(limit).compactMap(read)
        omittedCount = max(0, sources.count - limit)
    }

    package var isEmpty: Bool { elements.isEmpty }
    /// How many there are, with those that are not shown.
    package var count: Int { elements.count + omittedCount }
}

extension BoundedList<String> {
    /// The strings of a JSON array as words.
    init(words value: JSONValue?) {
        self.init(value?.array ?? []) { $0.string?.shownWord }
    }
}
