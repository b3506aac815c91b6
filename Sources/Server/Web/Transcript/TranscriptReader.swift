import AgentStream
import Model
import Store

/// Reads a run's messages as entries, in pieces of bounded size.
struct TranscriptReader: Sendable {
    let store: Store
    let run: Run.ID

    /// How many messages before a window are read so that its results know their tools and its lists what changed.
    static let priming = 500
    /// About how many bytes of messages are held at a time.
    private static let pageBytes = 256 << 10

    /// A fold that has seen what a window after a message needs.
    @concurrent
    func fold(after seq: Int) async throws -> TranscriptFold {
        var fold = TranscriptFold()
        try await each(after: max(0, seq - Self.priming), through: seq) { _ = fold.entries(of: $0) }
        return fold
    }

    /// The entries of the messages of a window.
    @concurrent
    func tree(of window: ClosedRange<Int>) async throws -> EntryTree {
        var fold = try await fold(after: window.lowerBound - 1)
        var tree = EntryTree()
        try await each(after: window.lowerBound - 1, through: window.upperBound) { message in
            for entry in fold.entries(of: message) { tree.add(EntryView(entry, message: message.seq)) }
        }
        return tree
    }

    /// Hands over the messages one by one.
    private func each(after seq: Int, through last: Int, _ take: (Message) -> Void) async throws {
        var seq = seq
        while seq < last {
            let page = try await store.page(of: run, after: seq, limit: Self.pageBytes)
            guard let end = page.messages.last?.seq else { return }
            for message in page.messages where message.seq <= last { take(message) }
            seq = end
        }
    }
}

extension TranscriptFold {
    /// The entries of a message as it is told to those who follow; none for text that is still written.
    mutating func entries(of frame: RunFrame) -> [TranscriptEntry] {
        switch frame.kind {
        case nil: []
        case .raw, .cut: entries(ofWire: frame.json)
        case let kind?: entries(of: frame.json, kind: AgentLine.Kind(rawValue: kind.rawValue) ?? .other)
        }
    }
}
