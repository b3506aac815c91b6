import Model
import Store

/// A piece of a transcript, for the template `transcript`, with the ways to what is before and after it.
struct TranscriptWindow {
    /// A way on: a page that works without scripts, and the fragment that they load instead.
    struct Way {
        let page: String
        let fragment: String
    }

    /// How many messages a window has, unless somebody asks for fewer.
    static let limit = 200
    /// About how many bytes of messages it has.
    private static let bytes = 4 << 20

    let run: String
    let earlier: Way?
    /// The HTML of its entries.
    let entries: String
    let later: Way?
    /// The number of its last message, after which one may follow what comes; 0 before the first.
    let last: Int

    /// Which messages are wanted.
    enum Place {
        case end
        case before(Int)
        case after(Int)
    }

    @concurrent
    static func read(
        _ place: Place,
        limit: Int = limit,
        of run: Run.ID,
        _ store: Store,
        _ templates: WebTemplates
    ) async throws -> TranscriptWindow {
        let newest = try await store.lastMessageNumber(of: run)
        let window =
            switch place {
            case .end: try await store.window(of: run, before: newest + 1, count: limit, bytes: bytes)
            case .before(let seq):
                try await store.window(of: run, before: min(seq, newest + 1), count: limit, bytes: bytes)
            case .after(let seq): try await store.window(of: run, after: seq, count: limit, bytes: bytes)
            }
        guard let window else {
            return TranscriptWindow(run: run.rawValue, earlier: nil, entries: "", later: nil, last: 0)
        }
        let tree = try await TranscriptReader(store: store, run: run).tree(of: window)
        return TranscriptWindow(
            run: run.rawValue,
            earlier: window.lowerBound > 1 ? Way("before", window.lowerBound, run) : nil,
            entries: tree.html(templates),
            later: window.upperBound < newest ? Way("after", window.upperBound, run) : nil,
            last: window.upperBound
        )
    }
}

extension TranscriptWindow.Way {
    fileprivate init(_ word: String, _ number: Int, _ run: Run.ID) {
        page = "/runs/\(run)?\(word)=\(number)#transcript"
        fragment = "/runs/\(run)/transcript?\(word)=\(number)"
    }
}
