extension Schema {
    /// The schema as a type of TypeScript; what has a name is only referred to.
    ///
    /// - Parameters:
    ///   - names: The names that there are.
    ///   - indent: What stands before the line on which the type begins.
    /// - Returns: The type, of several lines where it is an object.
    func typeScript(_ names: SchemaNames, indent: String) -> String {
        names[self] ?? typeScriptDefinition(names, indent: indent)
    }

    /// What the schema itself says, whether it has a name or not.
    func typeScriptDefinition(_ names: SchemaNames, indent: String) -> String {
        switch self {
        case .string: "string"
        case .word(let words): words.map { "\"\($0)\"" }.joined(separator: " | ")
        case .integer, .number: "number"
        case .boolean: "boolean"
        case .array(let schema, _):
            schema.isUnion(names)
                ? "(\(schema.typeScript(names, indent: indent)))[]" : "\(schema.typeScript(names, indent: indent))[]"
        case .map(let schema, _): "Record<string, \(schema.typeScript(names, indent: indent))>"
        case .object(let fields, let unknown): Self.object(fields, unknown, names, indent)
        case .nullable(let schema): "\(schema.typeScript(names, indent: indent)) | null"
        case .optional(let schema): "\(schema.typeScript(names, indent: indent)) | undefined"
        case .any: "unknown"
        }
    }

    /// Whether the type must stand in parentheses before `[]`.
    private func isUnion(_ names: SchemaNames) -> Bool {
        guard names[self] == nil else { return false }
        return switch self {
        case .word, .nullable, .optional: true
        default: false
        }
    }

    private static func object(
        _ fields: [Field],
        _ unknown: UnknownKeys,
        _ names: SchemaNames,
        _ indent: String
    ) -> String {
        guard !fields.isEmpty else { return "Record<string, \(unknown == .keep ? "unknown" : "never")>" }
        let inner = indent + "  "
        var lines = fields.map { field in
            "\(inner)\(field.name)\(field.isRequired ? "" : "?"): \(field.schema.typeScript(names, indent: inner));\n"
        }
        if unknown == .keep { lines.append("\(inner)[key: string]: unknown;\n") }
        return "{\n\(lines.joined())\(indent)}"
    }
}
