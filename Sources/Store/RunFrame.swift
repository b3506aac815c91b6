import AgentStream
package import Model

/// One entry as readers of a run get it.
package struct RunFrame: Hashable, Sendable {
    /// The message's number; nil for a line that is shown live and never stored.
    package let seq: Int?
    package let kind: Message.Kind?
    /// JSON on one line without a raw line break, made once for all readers.
    package let json: [UInt8]

    init(_ item: CommitEffects.Item) {
        switch item {
        case .message(let message): self.init(message)
        case .partial(let line):
            self.init(seq: nil, kind: nil, json: WireForm.json(of: line, isRaw: false, isCut: false))
        }
    }

    package init(_ message: Message) {
        self.init(seq: message.seq, kind: message.kind, json: message.wireJSON)
    }

    private init(seq: Int?, kind: Message.Kind?, json: [UInt8]) {
        self.seq = seq
        self.kind = kind
        self.json = json
    }
}

extension Message {
    /// The message as it goes to clients: the agent's JSON, or a wrapper round what is none.
    package var wireJSON: [UInt8] {
        WireForm.json(of: body, isRaw: kind == .raw || kind == .cut, isCut: kind == .cut)
    }
}
