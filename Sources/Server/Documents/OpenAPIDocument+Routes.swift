import AgentStream
import Model

extension OpenAPIDocument {
    /// What programs may ask beside the procedures.
    static let routes: [JSONObject.Member] = runRoutes + sessionRoutes + operatorRoutes + documentRoutes

    private static let runID: JSONValue = [
        "name": "id", "in": "path", "required": true, "schema": Schema.id.jsonDefinition(SchemaNames([])),
    ]
    private static let refusal = (status: "default", response: OpenAPIOperation.named("Refusal"))

    private static func get(_ path: String, _ operation: OpenAPIOperation) -> JSONObject.Member {
        JSONObject.Member(key: path, value: ["get": operation.json])
    }

    private static var runRoutes: [JSONObject.Member] {
        let files = WorkFile.allCases.map { file in
            get(
                "/runs/{id}/\(file.name)",
                download("runs.\(file.name)", "A file of what the agent of a run did.", "application/octet-stream")
            )
        }
        let transcripts = [
            ("jsonl", "The messages of a run as they were stored, one a line.", "application/octet-stream"),
            ("txt", "What a reader sees of a run's messages.", "text/plain"),
        ].map { form, summary, type in
            get("/runs/{id}/transcript.\(form)", download("runs.transcript.\(form)", summary, type))
        }
        return [get("/runs/{id}/events", events)] + files + transcripts
    }

    private static var events: OpenAPIOperation {
        let number: JSONValue = ["type": "integer", "minimum": 0]
        return OpenAPIOperation(
            id: "runs.events",
            summary: "The messages of a run as they come, each with its number as `id:`.",
            tag: "runs",
            parameters: [
                runID, ["name": "after", "in": "query", "description": "The last one known.", "schema": number],
                [
                    "name": "Last-Event-ID", "in": "header", "description": "The same, from one who comes back.",
                    "schema": ["anyOf": [number, ["type": "string", "maxLength": 0]]],
                ],
            ],
            responses: [
                (
                    "200",
                    OpenAPIOperation.response(
                        "Events without a name have a message as data each; `partial` is shown and never stored; `end` "
                            + "is the last.",
                        "text/event-stream",
                        OpenAPIOperation.noSchema
                    )
                ), ("204", ["description": "The run has ended, and all was read."]), refusal,
            ]
        )
    }

    private static func download(_ id: String, _ summary: String, _ type: String) -> OpenAPIOperation {
        OpenAPIOperation(
            id: id,
            summary: summary,
            tag: "runs",
            parameters: [runID],
            responses: [("200", OpenAPIOperation.response("The file.", type)), refusal]
        )
    }

    private static var operatorRoutes: [JSONObject.Member] {
        let backup = OpenAPIOperation(
            id: "backup",
            summary: "A copy of the database as it is now.",
            tag: "operations",
            role: .admin,
            responses: [
                ("200", OpenAPIOperation.response("A database of SQLite.", "application/vnd.sqlite3")), refusal,
            ]
        )
        let metrics = OpenAPIOperation(
            id: "metrics",
            summary: "The service's metrics, for Prometheus.",
            tag: "operations",
            responses: [("200", metricsResponse), refusal]
        )
        return [get("/backup", backup), get(OpsPages.scrape, metrics)]
            + [OpsPages.live, OpsPages.healthy].map { get($0, liveness($0)) }
            + [OpsPages.ready, OpsPages.isReady].map { get($0, readiness($0)) }
    }

    private static let metricsResponse: JSONValue = [
        "description": "The exposition, in the form that `Accept` asks for.",
        "content": [
            "text/plain": ["schema": ["type": "string"]],
            "application/openmetrics-text": ["schema": ["type": "string"]],
        ],
    ]

    private static func liveness(_ path: String) -> OpenAPIOperation {
        OpenAPIOperation(
            id: path,
            summary: "Whether the service lives.",
            tag: "operations",
            responses: [("200", OpenAPIOperation.response("It does.", "text/plain")), refusal]
        )
    }

    private static func readiness(_ path: String) -> OpenAPIOperation {
        let content: JSONValue = [
            "text/plain": ["schema": ["type": "string"]], "application/json": ["schema": readinessSchema],
        ]
        return OpenAPIOperation(
            id: path,
            summary: "Whether the service can do its work, and what keeps it from it.",
            tag: "operations",
            parameters: [
                [
                    "name": "verbose", "in": "query", "description": "Tells every check.", "allowEmptyValue": true,
                    "schema": ["type": "string"],
                ]
            ],
            responses: [
                ("200", ["description": "It can.", "content": content]),
                ("503", ["description": "It cannot.", "content": content]), refusal,
            ]
        )
    }

    private static let readinessSchema = Schema.object(
        [
            .required("ready", .boolean),
            .required(
                "checks",
                .array(
                    of: .object(
                        [
                            .required("name", .text), .required("ok", .boolean), .required("text", .text),
                            .required("remedy", .nullable(.text)), .required("vital", .boolean),
                        ],
                        unknown: .refuse
                    ),
                    maximum: .max
                )
            ),
        ],
        unknown: .refuse
    ).jsonDefinition(SchemaNames([]))

    private static var documentRoutes: [JSONObject.Member] {
        [
            (APIDocuments.openAPI, "This document.", "application/json"),
            (APIDocuments.typeScript, "The types of the procedures, for clients in TypeScript.", "text/plain"),
            (APIDocuments.taskSchema, "The JSON Schema of files that declare tasks.", "application/json"),
        ].map { path, summary, type in
            let schema: JSONValue = type == "text/plain" ? ["type": "string"] : ["type": "object"]
            let operation = OpenAPIOperation(
                id: path,
                summary: summary,
                tag: "documents",
                responses: [("200", OpenAPIOperation.response("The document.", type, schema)), refusal]
            )
            return get(path, operation)
        }
    }
}
