package import AgentStream

extension Schema {
    /// The value with what the schema strips left out.
    ///
    /// - Throws: `RPCError` `.badRequest` whose message lists every issue.
    package func validated(_ value: JSONValue?) throws(RPCError) -> JSONValue {
        let (clean, issues) = examined(value)
        guard issues.isEmpty, let clean else { throw RPCError(.badRequest, SchemaIssue.text(issues)) }
        return clean
    }

    /// The value with what the schema strips left out, and everything that is wrong with it.
    func examined(_ value: JSONValue?) -> (value: JSONValue?, issues: [SchemaIssue]) {
        var issues: [SchemaIssue] = []
        let clean = check(value, at: [], &issues)
        return (clean, issues)
    }

    private func check(
        _ value: JSONValue?,
        at path: [SchemaIssue.PathItem],
        _ issues: inout [SchemaIssue]
    ) -> JSONValue? {
        switch (self, value) {
        case (.any, let value?): return value
        case (.nullable, .null): return .null
        case (.optional(let schema), nil), (.optional(let schema), .null):
            return schema.check(.object([:]), at: path, &issues)
        case (.optional(let schema), _): return schema.check(value, at: path, &issues)
        case (.nullable(let schema), _): return schema.check(value, at: path, &issues)
        case (.string, .string(let text)) where text.utf8.contains(0):
            // SQLite and the agent's environment would cut the text there.
            issues.append(.custom(path, "String must not contain U+0000"))
            return nil
        case (.string(let lengths), .string(let text)):
            return limited(value, "string", text.unicodeScalars.count, lengths, path, &issues)
        case (.word(let words), .string(let text)):
            if !words.contains(text) { issues.append(.notOneOf(path, words, received: text)) }
            return value
        case (.integer(let range), .number(let text)):
            return integer(value, text, range, path, &issues)
        case (.number(let range), .number):
            return number(value, range, path, &issues)
        case (.boolean, .bool): return value
        case (.array(let schema, let maximum), .array(let elements)):
            // Every element of a list without bound would be an issue of its own.
            guard elements.count <= maximum else {
                return limited(value, "array", elements.count, 0...maximum, path, &issues)
            }
            return .array(
                elements.enumerated().compactMap { index, element in
                    schema.check(element, at: path + [.index(index)], &issues)
                }
            )
        case (.object(let fields, let unknown), .object(let object)):
            return Self.object(fields, unknown, object, path, &issues)
        case (.map(let schema, let maximum), .object(let object)):
            guard object.count <= maximum else {
                return limited(value, "object", object.count, 0...maximum, path, &issues)
            }
            return .object(
                JSONObject(
                    object.compactMap { member in
                        schema.check(member.value, at: path + [.key(member.key)], &issues)
                            .map { JSONObject.Member(key: member.key, value: $0) }
                    }
                )
            )
        default:
            issues.append(.wrongType(path, expected: typeWord, received: value))
            return nil
        }
    }

    private var typeWord: String {
        switch self {
        case .string, .word: "string"
        case .integer, .number: "number"
        case .boolean: "boolean"
        case .array: "array"
        case .object, .map: "object"
        case .nullable(let schema), .optional(let schema): schema.typeWord
        case .any: "any"
        }
    }

    private func limited(
        _ value: JSONValue?,
        _ type: String,
        _ count: Int,
        _ range: ClosedRange<Int>,
        _ path: [SchemaIssue.PathItem],
        _ issues: inout [SchemaIssue]
    ) -> JSONValue? {
        if count < range.lowerBound {
            issues.append(.limit(path, type, isTooBig: false, "\(range.lowerBound)"))
        } else if count > range.upperBound {
            issues.append(.limit(path, type, isTooBig: true, "\(range.upperBound)"))
        }
        return value
    }

    private func integer(
        _ value: JSONValue?,
        _ text: String,
        _ range: ClosedRange<Int>,
        _ path: [SchemaIssue.PathItem],
        _ issues: inout [SchemaIssue]
    ) -> JSONValue? {
        guard let number = value?.int else {
            issues.append(.custom(path, "Expected integer, received \(text)"))
            return nil
        }
        return limited(JSONValue(number), "number", number, range, path, &issues)
    }

    private func number(
        _ value: JSONValue?,
        _ range: ClosedRange<Double>,
        _ path: [SchemaIssue.PathItem],
        _ issues: inout [SchemaIssue]
    ) -> JSONValue? {
        guard let number = value?.double, number >= range.lowerBound else {
            issues.append(.limit(path, "number", isTooBig: false, JSONValue(range.lowerBound).limitText))
            return nil
        }
        if number > range.upperBound {
            issues.append(.limit(path, "number", isTooBig: true, JSONValue(range.upperBound).limitText))
        }
        return value
    }

    /// How many unknown keys an issue names.
    private static let maximumNamed = 20

    private static func object(
        _ fields: [Field],
        _ unknown: UnknownKeys,
        _ object: JSONObject,
        _ path: [SchemaIssue.PathItem],
        _ issues: inout [SchemaIssue]
    ) -> JSONValue {
        var clean = JSONObject()
        for field in fields {
            let value = object[field.name]
            guard field.isRequired || value != nil else { continue }
            if let value = field.schema.check(value, at: path + [.key(field.name)], &issues) {
                clean[field.name] = value
            }
        }
        let names = Set(fields.map(\.name))
        let strangers = object.filter { !names.contains($0.key) }
        switch unknown {
        case .strip: break
        case .keep: for member in strangers { clean[member.key] = member.value }
        case .refuse:
            if !strangers.isEmpty { issues.append(.unknownKeys(path, strangers.prefix(maximumNamed).map(\.key))) }
        }
        return .object(clean)
    }
}

extension JSONValue {
    /// A limit as it is printed: without `.0`.
    fileprivate var limitText: String {
        guard case .number(let text) = self else { return "" }
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
