package import AgentStream

/// What the scripted API answers to one request.
package struct MessageReply: Sendable {
    /// A call that the model makes.
    package struct ToolCall: Sendable {
        package let name: String
        package let input: JSONValue

        package init(_ name: String, _ input: JSONValue) {
            self.name = name
            self.input = input
        }
    }

    enum Content: Sendable {
        /// Text in pieces; before the last one the gate is waited for.
        case text([String], Gate?)
        case tools([ToolCall])
        case error(Int, headers: [String: String])
        /// Nothing, until the connection or the API ends.
        case hang
        /// The beginning of a text, and then the connection is closed.
        case cut(String)
    }

    let content: Content
    private(set) var usage = TokenUsage()
    private(set) var gate: Gate?

    package static func text(_ text: String) -> MessageReply {
        MessageReply(content: .text([text], nil))
    }

    /// A text whose last piece comes when the gate is open.
    package static func drip(_ pieces: [String], until gate: Gate) -> MessageReply {
        MessageReply(content: .text(pieces, gate))
    }

    package static func tool(_ name: String, _ input: JSONValue) -> MessageReply {
        tools([ToolCall(name, input)])
    }

    /// Calls that the model makes at once.
    package static func tools(_ calls: [ToolCall]) -> MessageReply {
        MessageReply(content: .tools(calls))
    }

    package static func bash(_ command: String) -> MessageReply {
        tool("Bash", ["command": .string(command)])
    }

    package static func error(_ status: Int, retryAfter: Int? = nil) -> MessageReply {
        MessageReply(content: .error(status, headers: retryAfter.map { ["retry-after": String($0)] } ?? [:]))
    }

    package static var hang: MessageReply { MessageReply(content: .hang) }

    package static func cut(_ text: String) -> MessageReply {
        MessageReply(content: .cut(text))
    }

    /// This reply, given when the gate is open.
    package func after(_ gate: Gate) -> MessageReply {
        var reply = self
        reply.gate = gate
        return reply
    }

    package func costing(_ usage: TokenUsage) -> MessageReply {
        var reply = self
        reply.usage = usage
        return reply
    }
}
