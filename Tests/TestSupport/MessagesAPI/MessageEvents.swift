import AgentStream

/// A reply in the form in which the API sends it: whole, or as server-sent events.
struct MessageEvents {
    let reply: MessageReply
    let number: Int
    let model: String

    /// The message as an answer to a request that asked for no stream.
    var message: JSONValue {
        message(content: .array(blocks), stop: .string(stopReason), usage: reply.usage)
    }

    /// The events before and after the place where a reply may wait.
    var streamed: (before: [UInt8], after: [UInt8]) {
        var start = reply.usage
        start.output = 1
        let opening: [JSONValue] = [
            ["type": "message_start", "message": message(content: [], stop: .null, usage: start)], ["type": "ping"],
        ]
        let closing: [JSONValue] = [
            [
                "type": "message_delta", "delta": ["stop_reason": .string(stopReason), "stop_sequence": .null],
                "usage": ["output_tokens": JSONValue(reply.usage.output)],
            ],
            ["type": "message_stop"],
        ]
        if case .text(let pieces, _) = reply.content {
            let deltas = pieces.map(Self.textDelta)
            let stop: JSONValue = ["type": "content_block_stop", "index": 0]
            return (
                Self.encoded(opening + [Self.textStart] + deltas.dropLast()),
                Self.encoded(deltas.suffix(1) + [stop] + closing)
            )
        }
        if case .cut(let text) = reply.content {
            return (Self.encoded(opening + [Self.textStart, Self.textDelta(text)]), [])
        }
        return (Self.encoded(opening), Self.encoded(toolEvents + closing))
    }

    private func message(content: JSONValue, stop: JSONValue, usage: TokenUsage) -> JSONValue {
        [
            "id": .string("msg_\(number)"), "type": "message", "role": "assistant", "model": .string(model),
            "content": content, "stop_reason": stop, "stop_sequence": .null, "usage": usage.json,
        ]
    }

    private var stopReason: String {
        if case .tools = reply.content { return "tool_use" }
        return "end_turn"
    }

    private var blocks: [JSONValue] {
        switch reply.content {
        case .text(let pieces, _): [["type": "text", "text": .string(pieces.joined())]]
        case .cut(let text): [["type": "text", "text": .string(text)]]
        case .tools(let calls): calls.indices.map { toolBlock(calls[$0], $0, input: calls[$0].input) }
        case .error, .hang: []
        }
    }

    private func toolBlock(_ call: MessageReply.ToolCall, _ index: Int, input: JSONValue) -> JSONValue {
        [
            "type": "tool_use", "id": .string("toolu_\(number)_\(index)"), "name": .string(call.name), "input": input,
        ]
    }

    private var toolEvents: [JSONValue] {
        guard case .tools(let calls) = reply.content else { return [] }
        return calls.indices.flatMap { position -> [JSONValue] in
            let index = JSONValue(position)
            let input = String(decoding: calls[position].input.encoded, as: UTF8.self)
            let delta: JSONValue = ["type": "input_json_delta", "partial_json": .string(input)]
            return [
                [
                    "type": "content_block_start", "index": index,
                    "content_block": toolBlock(calls[position], position, input: [:]),
                ],
                ["type": "content_block_delta", "index": index, "delta": delta],
                ["type": "content_block_stop", "index": index],
            ]
        }
    }

    private static let textStart: JSONValue = [
        "type": "content_block_start", "index": 0, "content_block": ["type": "text", "text": ""],
    ]

    private static func textDelta(_ text: String) -> JSONValue {
        ["type": "content_block_delta", "index": 0, "delta": ["type": "text_delta", "text": .string(text)]]
    }

    private static func encoded(_ events: [JSONValue]) -> [UInt8] {
        events.flatMap { event in
            Array("event: \(event["type"]?.string ?? "")\ndata: ".utf8) + event.encoded + Array("\n\n".utf8)
        }
    }
}
