/// What was said to the agent.
package struct PromptText: Hashable, Sendable {
    package let text: ShownText
    /// Whether the program wrote it, such as a hook's feedback.
    package let isSynthetic: Bool
}

/// A tool that the agent was not allowed to use.
package struct PermissionDenial: Hashable, Sendable {
    package let tool: String
    package let toolUse: String?
    package let message: ShownText?

    init(_ tree: JSONValue) {
        tool = tree.word("tool_name") ?? "tool"
        toolUse = tree.word("tool_use_id")
        message = tree.text("message")
    }
}

/// Agent output that is no JSON, decoded for display.
package struct RawOutput: Hashable, Sendable {
    package let text: ShownText
    /// Whether the line was over the limit and its end was never kept.
    package let isCut: Bool

    /// Decodes no more bytes than are shown; what is no UTF-8 becomes U+FFFD.
    init(_ bytes: some RandomAccessCollection<UInt8>, isCut: Bool) {
        let head = String(decoding: bytes.prefix(TranscriptLimits.textBytes), as: UTF8.self)
        text = ShownText(head, omitting: max(0, bytes.count - TranscriptLimits.textBytes))
        self.isCut = isCut
    }
}

/// A message, or a part of one, of a type that is not known.
package struct UnknownPart: Hashable, Sendable {
    package let type: String
    package let json: ShownText

    init(type: String?, _ tree: JSONValue) {
        self.type = type.flatMap { $0.isEmpty ? nil : $0.shownWord } ?? "?"
        json = ShownText(prettyJSON: tree)
    }
}

/// What the service itself says.
package struct NoticeReport: Hashable, Sendable {
    /// A name with its value.
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// What kind of notice it is.
    package let word: String
    package let fields: BoundedList<Field>
    package let text: ShownText

    /// Reads the original's form, a message with one part, and a plain `text`.
    init(_ tree: JSONValue) {
        let part = tree["message"]?["content"]?[0] ?? tree
        word = part.word("type") ?? "notice"
        text = part.text("data") ?? part.text("text") ?? part.text("message") ?? ShownText("")
        let known: Set = ["internal", "type", "data", "text", "message", "session_id"]
        let others = part.object?.members.filter { !known.contains($0.key) } ?? []
        fields = BoundedList(others) { member in
            let value = member.value.string ?? String(decoding: member.value.encoded.prefix(1000), as: UTF8.self)
            return Field(name: member.key.shownWord, value: value.shownWord)
        }
    }
}
