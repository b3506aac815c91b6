package import AgentStream

/// A request that the scripted API got.
package struct RecordedRequest: Sendable {
    package let method: String
    package let path: String
    /// By their names in small letters.
    package let headers: [String: String]
    /// Null when there was none, or it was no JSON.
    package let body: JSONValue
    /// The prompt of the script that it belongs to.
    package internal(set) var prompt: String?

    package var key: String? { headers["x-api-key"] }
    package var model: String? { body["model"]?.string }
    package var isStreamed: Bool { body["stream"]?.bool == true }

    /// Whether it is no part of the conversation; only those offer the model tools.
    package var isSide: Bool { body["tools"]?.array?.isEmpty ?? true }

    /// The texts of the user's messages in their order, without the results of tools.
    package var userTexts: [String] {
        let messages = body["messages"]?.array ?? []
        return messages.filter { $0["role"]?.string == "user" }.flatMap { message -> [String] in
            if let text = message["content"]?.string { return [text] }
            return (message["content"]?.array ?? []).compactMap { $0["text"]?.string }
        }
    }

    /// The results of tools in its last message.
    package var toolResults: [JSONValue] {
        let blocks = body["messages"]?.array?.last { $0["role"]?.string == "user" }?["content"]?.array ?? []
        return blocks.filter { $0["type"]?.string == "tool_result" }
    }

    /// The whole body's text, for tests that look for a word anywhere in it.
    package var text: String { String(decoding: body.encoded, as: UTF8.self) }
}
