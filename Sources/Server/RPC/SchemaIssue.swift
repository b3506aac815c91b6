import AgentStream

/// One thing that is wrong with an input, in the form that zod 3.24 gives it.
struct SchemaIssue: Hashable, Sendable {
    /// A key of an object or a place in an array.
    enum PathItem: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    let path: [PathItem]
    /// What stands before `path` in the issue, in order; always begins with `code`.
    let details: JSONObject
    let message: String
    /// Whether zod puts the message before the path, as it does where a limit is passed.
    let isPathLast: Bool

    static func wrongType(_ path: [PathItem], expected: String, received: JSONValue?) -> SchemaIssue {
        let received = typeWord(received)
        return SchemaIssue(
            path: path,
            details: ["code": "invalid_type", "expected": .string(expected), "received": .string(received)],
            message: received == "undefined" ? "Required" : "Expected \(expected), received \(received)",
            isPathLast: false
        )
    }

    static func limit(_ path: [PathItem], _ type: String, isTooBig: Bool, _ limit: String) -> SchemaIssue {
        let bound = isTooBig ? "at most" : "at least"
        let message =
            switch type {
            case "string": "String must contain \(bound) \(limit) character(s)"
            case "array": "Array must contain \(bound) \(limit) element(s)"
            case "object": "Object must contain \(bound) \(limit) key(s)"
            default: "Number must be \(isTooBig ? "less" : "greater") than or equal to \(limit)"
            }
        return SchemaIssue(
            path: path,
            details: [
                "code": isTooBig ? "too_big" : "too_small", isTooBig ? "maximum" : "minimum": .number(limit),
                "type": .string(type), "inclusive": true, "exact": false,
            ],
            message: message,
            isPathLast: true
        )
    }

    static func unknownKeys(_ path: [PathItem], _ keys: [String]) -> SchemaIssue {
        let quoted = keys.map { "'\($0)'" }.joined(separator: ", ")
        return SchemaIssue(
            path: path,
            details: ["code": "unrecognized_keys", "keys": .array(keys.map(JSONValue.string))],
            message: "Unrecognized key(s) in object: \(quoted)",
            isPathLast: false
        )
    }

    static func notOneOf(_ path: [PathItem], _ words: [String], received: String) -> SchemaIssue {
        let quoted = words.map { "'\($0)'" }.joined(separator: " | ")
        return SchemaIssue(
            path: path,
            details: [
                "received": .string(received), "code": "invalid_enum_value",
                "options": .array(words.map(JSONValue.string)),
            ],
            message: "Invalid enum value. Expected \(quoted), received '\(received)'",
            isPathLast: false
        )
    }

    static func custom(_ path: [PathItem], _ message: String) -> SchemaIssue {
        SchemaIssue(path: path, details: ["code": "custom"], message: message, isPathLast: false)
    }

    private static func typeWord(_ value: JSONValue?) -> String {
        switch value {
        case nil: "undefined"
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    private var json: JSONValue {
        let path = JSONValue.array(
            path.map { item in
                switch item {
                case .key(let key): .string(key)
                case .index(let index): JSONValue(index)
                }
            }
        )
        var object = details
        if isPathLast {
            object["message"] = .string(message)
            object["path"] = path
        } else {
            object["path"] = path
            object["message"] = .string(message)
        }
        return .object(object)
    }

    /// The issues as JavaScript's `JSON.stringify(issues, null, 2)` prints them, which is zod's message.
    static func text(_ issues: [SchemaIssue]) -> String {
        pretty(.array(issues.map(\.json)), indent: "")
    }

    private static func pretty(_ value: JSONValue, indent: String) -> String {
        let inner = indent + "  "
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + pretty($0, indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let object) where !object.isEmpty:
            let lines = object.map { member in
                inner + JSONValue.string(member.key).text + ": " + pretty(member.value, indent: inner)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default:
            return value.text
        }
    }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: encoded, as: UTF8.self) }
}
