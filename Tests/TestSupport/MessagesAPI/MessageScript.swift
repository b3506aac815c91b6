/// What the scripted API answers to whom: for each prompt an ordered list of replies, of which the last is repeated.
///
/// A request belongs to the prompt that stands last in its messages, so that one API serves the steps of many runs.
/// Each request takes one reply, also one that the command sends again after an error.
package struct MessageScript: Sendable, ExpressibleByDictionaryLiteral {
    private(set) var conversations: [(prompt: String, replies: [MessageReply])]
    /// The answer to requests that the command makes beside the conversation, such as for a title.
    package var side = MessageReply.text("A side answer.")

    package init(dictionaryLiteral elements: (String, [MessageReply])...) {
        conversations = elements.map { (prompt: $0.0, replies: $0.1) }
    }

    package mutating func add(_ prompt: String, _ replies: [MessageReply]) {
        conversations.append((prompt: prompt, replies: replies))
    }

    /// The prompt that stands last in a request.
    func prompt(of request: RecordedRequest) -> String? {
        for text in request.userTexts.reversed() {
            if let found = conversations.first(where: { text.contains($0.prompt) }) { return found.prompt }
        }
        return nil
    }

    func reply(to prompt: String, at position: Int) -> MessageReply? {
        guard let replies = conversations.first(where: { $0.prompt == prompt })?.replies else { return nil }
        return position < replies.count ? replies[position] : replies.last
    }
}
