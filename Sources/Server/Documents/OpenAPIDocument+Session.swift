import AgentStream
import Model

extension OpenAPIDocument {
    /// Signing in and out, for pages.
    static var sessionRoutes: [JSONObject.Member] {
        [
            JSONObject.Member(
                key: SessionEndpoint.path,
                value: ["get": show.json, "post": signIn.json, "delete": signOut.json]
            )
        ]
    }

    private static let caller = Schema.object(
        [
            .required("name", .text), .required("role", TokenProcedures.role),
            .required("via", .word(AuditEntry.Via.allCases.map(\.rawValue))), .required("expiresAt", .nullable(.time)),
        ],
        unknown: .refuse
    )

    private static let refusal: (status: String, response: JSONValue) = (
        "default",
        [
            "description": "Why not, in a sentence.",
            "content": [
                "application/json": [
                    "schema": Schema.object([.required("error", .text)], unknown: .refuse).jsonDefinition(.caretaker)
                ],
                "text/plain": ["schema": ["type": "string"]],
            ],
        ]
    )

    private static func answer(_ description: String, _ schema: Schema) -> (status: String, response: JSONValue) {
        ("200", OpenAPIOperation.response(description, "application/json", schema.jsonSchema(.caretaker)))
    }

    private static var show: OpenAPIOperation {
        OpenAPIOperation(
            id: "session.show",
            summary: "Who sends the request; null for nobody.",
            tag: "session",
            role: nil,
            responses: [answer("Who it is.", .nullable(caller)), refusal]
        )
    }

    private static var signIn: OpenAPIOperation {
        OpenAPIOperation(
            id: "session.create",
            summary: "Signs a page in with a token; the answer sets the cookie.",
            tag: "session",
            role: nil,
            body: Schema.object([.required("token", .text)], unknown: .strip).jsonDefinition(.caretaker),
            responses: [answer("Who it is.", caller), refusal]
        )
    }

    private static var signOut: OpenAPIOperation {
        OpenAPIOperation(
            id: "session.delete",
            summary: "Signs a page out.",
            tag: "session",
            role: nil,
            responses: [("204", ["description": "It is signed out."]), refusal]
        )
    }
}
