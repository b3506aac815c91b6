import AgentStream

/// The JSON round every answer.
struct RPCEnvelope: Sendable {
    let tellsStacks: Bool

    static let successHead = Array(#"{"result":{"data":"#.utf8)
    static let successTail = Array("}}".utf8)
    static let undefined = Array(#"{"result":{}}"#.utf8)

    /// The error itself, as streams carry it.
    func shape(_ error: RPCError, path: String?) -> JSONValue {
        var data: JSONObject = [
            "code": .string(error.code.rawValue), "httpStatus": JSONValue(error.code.httpStatus),
        ]
        if tellsStacks { data["stack"] = .string("TRPCError: \(error.message)") }
        if let path { data["path"] = .string(path) }
        return ["message": .string(error.message), "code": JSONValue(error.code.number), "data": .object(data)]
    }

    func failure(_ error: RPCError, path: String?) -> [UInt8] {
        let envelope: JSONValue = ["error": shape(error, path: path)]
        return envelope.encoded
    }
}
