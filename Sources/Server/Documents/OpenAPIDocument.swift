package import AgentStream

/// The OpenAPI document of all that the service answers to programs.
package struct OpenAPIDocument: Sendable {
    private let table: ProcedureTable
    private let version: String
    let names = SchemaNames.caretaker

    package init(_ table: ProcedureTable, version: String) {
        self.table = table
        self.version = version
    }

    package var json: JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Caretaker", "version": .string(version),
                "summary": "Runs coding agents on repository chores.",
                "description": .string(Self.description),
            ],
            "servers": [["url": "/"]],
            "security": [[:], ["bearer": []], ["cookie": []]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(schemas), "responses": Self.responses,
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer", "description": "A token of tokens.create."],
                    "cookie": ["type": "apiKey", "in": "cookie", "name": .string(SessionCookie.name)],
                ],
            ],
        ]
    }

    private static let description = """
        The procedures under /trpc speak tRPC over HTTP: a query is a GET whose input is JSON in the parameter `input`, \
        a mutation a POST with a body of JSON, a subscription a GET that answers events. An answer is \
        `{"result":{"data":…}}`, a failure `{"error":{…}}`; several calls go in one request as `/trpc/a,b?batch=1`. \
        `/trpc.d.ts` has the types for clients in TypeScript. Times are in UTC, and texts hold no U+0000. `x-role` is \
        what somebody must be at least; loopback and the unix socket need no token unless the configuration wants one.
        """

    private var paths: JSONObject {
        let procedures = table.sorted.map { procedure in
            JSONObject.Member(
                key: "\(RPCEndpoint.mount)/\(procedure.name)",
                value: [procedure.kind == .mutation ? "post" : "get": operation(procedure).json]
            )
        }
        return JSONObject(procedures + Self.routes)
    }

    private var schemas: JSONObject {
        let named = names.all.map { JSONObject.Member(key: $0.name, value: $0.schema.jsonDefinition(names)) }
        return JSONObject(named + [JSONObject.Member(key: "Error", value: Self.error)])
    }

    private func operation(_ procedure: Procedure) -> OpenAPIOperation {
        let input = procedure.input?.jsonSchema(names)
        let isMutation = procedure.kind == .mutation
        return OpenAPIOperation(
            id: procedure.name,
            summary: ProcedureSummaries.sentence(procedure),
            tag: String(procedure.name.prefix { $0 != "." }),
            role: procedure.role,
            parameters: isMutation ? [] : input.map { [Self.parameter($0, procedure.input)] } ?? [],
            // One that never looks at its body still needs its media type.
            body: isMutation ? input ?? [:] : nil,
            responses: [("200", answer(procedure)), ("default", OpenAPIOperation.named("Failure"))]
        )
    }

    private static func parameter(_ schema: JSONValue, _ input: Schema?) -> JSONValue {
        let isRequired = if case .optional = input { false } else { true }
        return [
            "name": "input", "in": "query", "required": .bool(isRequired),
            "content": ["application/json": ["schema": schema]],
        ]
    }

    private func answer(_ procedure: Procedure) -> JSONValue {
        let data = procedure.output.jsonSchema(names)
        guard procedure.kind != .subscription else {
            return OpenAPIOperation.response(
                "Events of tRPC: `connected` first; those without a name have a message as data each; `return` or "
                    + "`serialized-error` is the last, if any.",
                "text/event-stream",
                OpenAPIOperation.noSchema
            )
        }
        let result: JSONValue = ["type": "object", "properties": ["data": data], "required": ["data"]]
        return OpenAPIOperation.response(
            "The answer.",
            "application/json",
            ["type": "object", "properties": ["result": result], "required": ["result"]]
        )
    }
}
