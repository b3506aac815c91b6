import AgentStream

extension OpenAPIDocument {
    /// How tRPC tells that a call failed.
    static let error: JSONValue = [
        "type": "object",
        "properties": [
            "error": [
                "type": "object",
                "properties": [
                    "message": [
                        "type": "string",
                        "description": "A sentence, or the list of what is wrong with the input, as JSON.",
                    ],
                    "code": ["type": "integer", "enum": .array(numbers.map { JSONValue($0) })],
                    "data": [
                        "type": "object",
                        "properties": [
                            "code": [
                                "type": "string",
                                "enum": .array(RPCError.Code.allCases.map { .string($0.rawValue) }),
                            ],
                            "httpStatus": ["type": "integer"],
                            "path": ["type": "string", "description": "The procedure's name."],
                        ],
                        "required": ["code", "httpStatus"],
                    ],
                ],
                "required": ["message", "code", "data"],
            ]
        ],
        "required": ["error"],
    ]

    private static let numbers = Set(RPCError.Code.allCases.map(\.number)).sorted()

    /// What many operations may answer.
    static let responses: JSONValue = [
        "Failure": [
            "description": "The call failed, or the request as a whole, which is then told as text.",
            "content": [
                "application/json": ["schema": ["$ref": "#/components/schemas/Error"]],
                "text/plain": ["schema": ["type": "string"]],
            ],
        ],
        "Refusal": OpenAPIOperation.response("Why not, in a sentence.", "text/plain"),
    ]
}
