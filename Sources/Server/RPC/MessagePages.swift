import AgentStream
import Model
import Store

/// Makes the answer of `runs.byId` page by page.
///
/// Only the agent's and the service's own messages are in it, as in the original, whose frontend knows no others.
actor MessagePages {
    private enum Place {
        case head
        case messages(after: Int)
        case end
    }

    private let store: Store
    private let run: Run.ID
    private var place = Place.head
    private var hasMessage = false

    init(store: Store, run: Run.ID) {
        self.store = store
        self.run = run
    }

    /// The next piece of `{…head…,"messages":[…],…tail…}`; nil at the end.
    func next(head: JSONObject, tail: JSONObject) async throws -> [UInt8]? {
        switch place {
        case .head:
            place = .messages(after: 0)
            return JSONValue.object(head).encoded.dropLast() + Array(#","messages":["#.utf8)
        case .messages(let after):
            let page = try await store.page(of: run, after: after, limit: 256 << 10)
            guard let last = page.messages.last else {
                place = .end
                return Array("],".utf8) + JSONValue.object(tail).encoded.dropFirst()
            }
            place = .messages(after: last.seq)
            return spliced(page.messages)
        case .end:
            return nil
        }
    }

    private func spliced(_ messages: [Message]) -> [UInt8] {
        var bytes: [UInt8] = []
        for message in messages where message.kind.isConversation {
            if hasMessage { bytes.append(UInt8(ascii: ",")) }
            hasMessage = true
            bytes += message.wireJSON
        }
        return bytes
    }
}

extension Message.Kind {
    /// Whether the original's frontend knows such messages: what the agent, its tools and the service said.
    var isConversation: Bool {
        switch self {
        case .assistant, .user, .notice: true
        case .system, .result, .rateLimit, .raw, .cut, .other: false
        }
    }
}
