import AgentStream

/// The JSON round every answer.
enum RPCEnvelope {
    static func success(_ data: [UInt8]) -> [UInt8] {
        successHead + data + successTail
    }

    static let successHead = Array(#"{"result":{"data":"#.utf8)
    static let successTail = Array("}}".utf8)

    static func failure(_ error: RPCError, path: String?) -> [UInt8] {
        var data: JSONObject = [
            "code": .string(error.code.rawValue), "httpStatus": JSONValue(error.code.httpStatus),
        ]
        if let path { data["path"] = .string(path) }
        let shape: JSONValue = [
            "message": .string(error.message), "code": JSONValue(error.code.number), "data": .object(data),
        ]
        let envelope: JSONValue = ["error": shape]
        return envelope.encoded
    }
}
