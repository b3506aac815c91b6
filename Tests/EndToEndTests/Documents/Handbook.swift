import Foundation

/// The examples of a page of the handbook.
struct Handbook {
    /// A block of code.
    struct Block {
        let language: String
        let text: String
    }

    let blocks: [Block]

    init(_ name: String) throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardizedFileURL
        let page = try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
        var blocks: [Block] = []
        var open: (language: String, lines: [Substring])?
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            switch (open, line.hasPrefix("```")) {
            case (nil, true): open = (String(line.dropFirst(3)), [])
            case (let block?, true):
                blocks.append(Block(language: block.language, text: block.lines.joined(separator: "\n") + "\n"))
                open = nil
            case (_, false): open?.lines.append(line)
            }
        }
        self.blocks = blocks
    }

    /// The blocks in some languages, each with what the page says that it prints.
    func examples(in languages: Set<String>) -> [(block: Block, output: String?)] {
        blocks.enumerated().filter { languages.contains($0.element.language) }.map { index, block in
            let next = index + 1 < blocks.count ? blocks[index + 1] : nil
            return (block, next.flatMap { ["text", "json"].contains($0.language) ? $0.text : nil })
        }
    }

    /// Whether something was printed as the page says, where `…` stands for anything.
    static func isAlike(_ printed: String, _ told: String) -> Bool {
        let pieces = told.trimmingCharacters(in: .newlines).components(separatedBy: "…")
        var rest = printed.trimmingCharacters(in: .newlines)[...]
        guard let first = pieces.first, rest.hasPrefix(first) else { return false }
        guard pieces.count > 1 else { return rest == first }
        rest = rest.dropFirst(first.count)
        for piece in pieces.dropFirst() where !piece.isEmpty {
            guard let found = rest.range(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.isEmpty || told.trimmingCharacters(in: .newlines).hasSuffix("…")
    }
}
