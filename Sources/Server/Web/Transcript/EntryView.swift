import AgentStream

/// An entry of a transcript, for the template `entry`.
///
/// Names of what may be nil are used once in all of its views, because a template looks for them further out.
struct EntryView {
    struct Heading {
        var mark: String?
        var name: String?
        var title: String?
        var note: String?
    }

    struct Badge {
        let tone: String
        let text: String
    }

    /// What belongs to a heading; one of its values is there.
    struct Block {
        var prose: String?
        var code: Code?
        var diff: DiffView?
        var fold: Fold?
        var image: Image?
        var items: [Item] = []
        var files: [String] = []
        var remark: String?
    }

    struct Code {
        let style: String
        /// HTML, made span by span.
        let html: String
        let isLong: Bool
    }

    /// Text that is shown when it is asked for.
    struct Fold {
        let summary: String
        let text: String
    }

    struct Image {
        let mediaType: String
        let base64: String
        let description: String
    }

    struct Item {
        let state: String
        let box: String
        let number: String
        let text: String
        let change: String
    }

    struct Outcome {
        let tone: String
        let sign: String
        let words: String
    }

    /// What it is, for the style sheet.
    var kind = "event"
    let message: Int
    let part: Int
    /// The tool use that this is.
    var use: String?
    /// The tool use whose result this is.
    var of: String?
    /// The tool use of the subagent that did it.
    let parent: String?
    var heading: Heading?
    var badges: [Badge] = []
    var blocks: [Block] = []
    var outcome: Outcome?
    /// The HTML of the entries within, for a tool use.
    var inside = ""

    init(_ entry: TranscriptEntry, message: Int) {
        self.message = message
        part = entry.part
        parent = entry.parent
        show(entry.content)
    }

    mutating func add(_ block: Block) { blocks.append(block) }

    /// A text as it was written.
    mutating func prose(_ text: ShownText) {
        if !text.isEmpty { add(Block(prose: text.visible)) }
        omission(text.omittedBytes, "bytes")
    }

    /// What a program printed, as a terminal would show it.
    mutating func output(_ text: ShownText, _ style: String = "output") {
        if !text.isEmpty {
            add(Block(code: Code(style: style, html: StyledHTML.html(text.styled), isLong: text.lineCount > 16)))
        }
        omission(text.omittedBytes, "bytes")
    }

    mutating func omission(_ count: Int, _ what: String) {
        if count > 0 { add(Block(remark: "… \(count) more \(what)")) }
    }

    mutating func show(_ diff: FileDiff) {
        if !diff.hunks.isEmpty { add(Block(diff: DiffView(diff))) }
        omission(diff.omittedLines, "lines")
    }

    mutating func show(_ image: ShownImage) {
        guard let type = image.mediaType, let base64 = image.base64 else { return add(Block(remark: image.summary)) }
        add(Block(image: Image(mediaType: type.rawValue, base64: base64, description: image.summary)))
    }
}
