/// Entries of a transcript, of which some are within others: what subagents did, and results, in the card of the tool
/// use that they belong to.
///
/// A card must come before what is in it, so that there is no circle. Beyond a depth that no reader follows, entries
/// stand beside each other. In the browser, `run.js` places what comes later in the same way.
struct EntryTree {
    private struct Node {
        var entry: EntryView
        var within: [Int] = []
        let depth: Int
    }

    private static let depthLimit = 8

    private var nodes: [Node] = []
    private var top: [Int] = []
    private var cards: [String: Int] = [:]

    var isEmpty: Bool { nodes.isEmpty }

    mutating func add(_ entry: EntryView) {
        let card = entry.of.flatMap { cards[$0] } ?? entry.parent.flatMap { cards[$0] }
        let number = nodes.count
        nodes.append(Node(entry: entry, depth: card.map { nodes[$0].depth + 1 } ?? 0))
        if let card { nodes[card].within.append(number) } else { top.append(number) }
        if let use = entry.use, nodes[number].depth < Self.depthLimit { cards[use] = number }
    }

    /// The HTML of all entries.
    func html(_ templates: WebTemplates) -> String { html(top, templates) }

    private func html(_ numbers: [Int], _ templates: WebTemplates) -> String {
        numbers.reduce(into: "") { html, number in
            var entry = nodes[number].entry
            entry.inside = self.html(nodes[number].within, templates)
            html += templates.render(entry, "entry")
        }
    }
}
