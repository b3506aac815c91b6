// How entries read fields, none of which is trusted to have its type.
extension JSONValue {
    /// A short string on one line, safe to show; nil when it is missing, empty or no string.
    func word(_ key: String) -> String? {
        self[key]?.string.flatMap { $0.isEmpty ? nil : $0.shownWord }
    }

    /// A string as a text; nil when it is missing, empty or no string.
    func text(_ key: String) -> ShownText? {
        self[key]?.string.flatMap { $0.isEmpty ? nil : ShownText($0) }
    }

    /// A count; nil when it is missing, negative or no whole number.
    func count(_ key: String) -> Int? {
        self[key]?.int.flatMap { $0 < 0 ? nil : $0 }
    }

    func flag(_ key: String) -> Bool { self[key]?.bool ?? false }

    /// The texts of a content, which is a string or a list of blocks.
    var contentTexts: [String] {
        if let string { return [string] }
        return (array ?? []).prefix(TranscriptLimits.listCount).compactMap { $0.string ?? $0["text"]?.string }
    }
}

extension String {
    /// The string on one line, bounded and safe to show.
    var shownWord: String {
        isPlainWord ? self : VisibleText.oneLine(self, limit: TranscriptLimits.wordLength)
    }

    /// Whether it is short printable ASCII, as nearly all are.
    private var isPlainWord: Bool {
        utf8.count <= TranscriptLimits.wordLength && utf8.allSatisfy { 0x20...0x7E ~= $0 }
    }
}
