import AgentStream
import Model

/// One operation of the OpenAPI document.
struct OpenAPIOperation {
    let id: String
    let summary: String
    let tag: String
    /// What somebody must be at least; nil for what is open to everybody.
    var role: AccessRole? = .read
    var parameters: [JSONValue] = []
    var body: JSONValue?
    /// By status, without what every operation may answer.
    var responses: [(status: String, response: JSONValue)]

    var json: JSONValue {
        var json: JSONObject = [
            "operationId": .string(id), "summary": .string(summary), "tags": [.string(tag)],
        ]
        if let role { json["x-role"] = .string(role.rawValue) } else { json["security"] = [[:]] }
        if !parameters.isEmpty { json["parameters"] = .array(parameters) }
        if let body {
            json["requestBody"] = ["required": true, "content": ["application/json": ["schema": body]]]
        }
        json["responses"] = .object(
            JSONObject(responses.map { JSONObject.Member(key: $0.status, value: $0.response) })
        )
        return .object(json)
    }

    /// What is said of streams of events: OpenAPI 3.1 has no words for them, and readers take `string` for each event.
    static let noSchema: JSONValue = [:]

    /// A response of one media type; without a schema it is text or bytes of its own form.
    static func response(_ description: String, _ mediaType: String, _ schema: JSONValue? = nil) -> JSONValue {
        [
            "description": .string(description),
            "content": [mediaType: ["schema": schema ?? ["type": "string"]]],
        ]
    }

    /// A response for which there is a name.
    static func named(_ name: String) -> JSONValue {
        ["$ref": .string("#/components/responses/\(name)")]
    }
}
