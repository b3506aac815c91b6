import AgentStream

/// What the service itself says in a run's story, in the form of the original's internal messages.
enum Notice {
    static func message(_ text: String) -> [UInt8] {
        let update: JSONValue = ["internal": true, "type": "update", "data": .string(text)]
        let message: JSONValue = ["role": "internal", "content": [update]]
        let notice: JSONValue = ["type": "internal", "session_id": "", "message": message]
        return notice.encoded
    }
}
