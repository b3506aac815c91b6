/// What a piece of HTML that the templates made consists of.
///
/// It reads only what they write: in text and attributes `<`, `>` and `"` are references, so that each of them here is
/// markup. Whatever else there is, is a fault.
struct Markup {
    private(set) var faults: [String] = []
    /// The attributes of each tag, in their order.
    private(set) var tags: [(name: String, attributes: [String: String])] = []
    private var open: [String] = []

    private static let void: Set = ["br", "img", "input"]

    init(_ html: String) {
        let pieces = html.unicodeScalars.split(separator: "<", omittingEmptySubsequences: false)
        check(text: pieces[0])
        for piece in pieces.dropFirst() {
            guard let end = piece.firstIndex(of: ">") else {
                faults.append("no end: \(String(piece).prefix(80))")
                continue
            }
            take(tag: String(piece[..<end]))
            check(text: piece[piece.index(after: end)...])
        }
        if !open.isEmpty { faults.append("left open: \(open)") }
    }

    private mutating func check(text: Substring.UnicodeScalarView) {
        if text.contains(">") || text.contains("\"") { faults.append("in text: \(String(text).prefix(80))") }
    }

    private mutating func take(tag: String) {
        if tag.unicodeScalars.first == "/" {
            if open.popLast() != String(tag.dropFirst()) { faults.append("not open: \(tag)") }
            return
        }
        let scalars = tag.unicodeScalars
        let name = String(scalars.prefix { $0 != " " })
        tags.append((name, attributes(scalars.dropFirst(name.unicodeScalars.count))))
        if !Self.void.contains(name) { open.append(name) }
    }

    private mutating func attributes(_ text: Substring.UnicodeScalarView) -> [String: String] {
        var attributes: [String: String] = [:]
        var rest = text
        while let first = rest.popFirst() {
            let name = rest.prefix { $0 != "=" && $0 != " " }
            rest = rest.dropFirst(name.count)
            var value = ""
            if rest.first == "=" {
                rest = rest.dropFirst()
                if rest.popFirst() != "\"" { faults.append("not quoted: \(String(text).prefix(80))") }
                let quoted = rest.prefix { $0 != "\"" }
                rest = rest.dropFirst(quoted.count + 1)
                value = String(quoted)
            }
            if first != " " || attributes.updateValue(value, forKey: String(name)) != nil {
                faults.append("attributes: \(String(text).prefix(80))")
                return attributes
            }
        }
        return attributes
    }

    /// The numbers of the entries' messages and parts, in their order in the text.
    var entries: [EntryKey] {
        tags.compactMap { tag in
            guard let message = tag.attributes["data-message"].flatMap({ Int($0) }),
                let part = tag.attributes["data-part"].flatMap({ Int($0) })
            else { return nil }
            return EntryKey(message: message, part: part)
        }
    }
}

/// Which entry of a run's story it is.
struct EntryKey: Hashable, Comparable {
    let message: Int
    let part: Int

    static func < (one: EntryKey, other: EntryKey) -> Bool {
        (one.message, one.part) < (other.message, other.part)
    }
}
