package import AgentStream

extension TranscriptFold {
    /// The entries of a message of a run's story.
    package mutating func entries(of message: Message) -> [TranscriptEntry] {
        let kind = message.kind == .cut ? .raw : AgentLine.Kind(rawValue: message.kind.rawValue) ?? .other
        return entries(of: message.body, kind: kind, isCut: message.kind == .cut)
    }
}
