import AgentStream

extension Schema {
    /// The schema in the words of JSON Schema 2020-12; what has a name is only referred to.
    func jsonSchema(_ names: SchemaNames) -> JSONValue {
        if let name = names[self] { return ["$ref": .string("#/components/schemas/\(name)")] }
        return jsonDefinition(names)
    }

    /// What the schema itself says, whether it has a name or not.
    func jsonDefinition(_ names: SchemaNames) -> JSONValue {
        switch self {
        case .time: ["type": "string", "format": "date-time", "minLength": 24, "maxLength": 24]
        case .string(let lengths):
            Self.limited("string", ("minLength", lengths.lowerBound, 0), ("maxLength", lengths.upperBound, .max))
        case .word(let words): ["type": "string", "enum": .array(words.map(JSONValue.string))]
        case .integer(let range):
            Self.limited("integer", ("minimum", range.lowerBound, .min), ("maximum", range.upperBound, .max))
        case .number(let range): Self.number(range)
        case .boolean: ["type": "boolean"]
        case .array(let schema, let maximum): Self.list("array", "items", schema, names, "maxItems", maximum)
        case .map(let schema, let maximum):
            Self.list("object", "additionalProperties", schema, names, "maxProperties", maximum)
        case .object(let fields, let unknown): Self.object(fields, unknown, names)
        // Null counts as missing.
        case .nullable(let schema), .optional(let schema): Self.orNull(schema.jsonSchema(names))
        case .any: [:]
        }
    }

    private static func orNull(_ json: JSONValue) -> JSONValue {
        guard var object = json.object, let type = object["type"], object["enum"] == nil else {
            return ["anyOf": [json, ["type": "null"]]]
        }
        object["type"] = [type, "null"]
        return .object(object)
    }

    /// A type with those of its limits that say something.
    private static func limited(
        _ type: String,
        _ limits: (word: String, value: Int, none: Int)...
    ) -> JSONValue {
        var json: JSONObject = ["type": .string(type)]
        for limit in limits where limit.value != limit.none { json[limit.word] = JSONValue(limit.value) }
        return .object(json)
    }

    private static func number(_ range: ClosedRange<Double>) -> JSONValue {
        var json: JSONObject = ["type": "number"]
        if range.lowerBound.isFinite { json["minimum"] = JSONValue(range.lowerBound) }
        if range.upperBound.isFinite { json["maximum"] = JSONValue(range.upperBound) }
        return .object(json)
    }

    private static func list(
        _ type: String,
        _ word: String,
        _ schema: Schema,
        _ names: SchemaNames,
        _ limit: String,
        _ maximum: Int
    ) -> JSONValue {
        var json: JSONObject = ["type": .string(type), word: schema.jsonSchema(names)]
        if maximum != .max { json[limit] = JSONValue(maximum) }
        return .object(json)
    }

    private static func object(_ fields: [Field], _ unknown: UnknownKeys, _ names: SchemaNames) -> JSONValue {
        var json: JSONObject = ["type": "object"]
        if !fields.isEmpty {
            let properties = fields.map { JSONObject.Member(key: $0.name, value: $0.schema.jsonSchema(names)) }
            json["properties"] = .object(JSONObject(properties))
        }
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { json["required"] = .array(required) }
        if unknown == .refuse { json["additionalProperties"] = false }
        return .object(json)
    }
}
