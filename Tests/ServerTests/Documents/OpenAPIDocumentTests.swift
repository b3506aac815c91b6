import AgentStream
import Curl
import Model
import Testing

@testable import Server

/// The OpenAPI document, and what it is made of.
@Suite(.timeLimit(.minutes(5))) struct OpenAPIDocumentTests {
    @Test func everyProcedureIsThereWithItsMethodRoleAndSummary() async throws {
        try await TestService.run { service in
            let table = ProcedureTable.caretaker(store: service.store, operations: service.operations)
            let answer = try await service.get("/openapi.json")
            #expect(answer.headers["content-type"] == "application/json")
            let document = try JSONValue(parsing: answer.body)
            #expect(document == OpenAPIDocument(table, version: "0").json)
            let paths = try #require(document["paths"]?.object)
            #expect(paths.filter { $0.key.hasPrefix("/trpc/") }.count == table.procedures.count)
            for procedure in table.procedures.values {
                let method = procedure.kind == .mutation ? "post" : "get"
                let operation = try #require(paths["/trpc/\(procedure.name)"]?[method], "\(procedure.name)")
                #expect(operation["x-role"]?.string == procedure.role.rawValue)
                #expect(operation["summary"]?.string == ProcedureSummaries.all[procedure.name], "\(procedure.name)")
                #expect((operation["parameters"] != nil) == (procedure.input != nil && method == "get"))
            }
            #expect(Set(ProcedureSummaries.all.keys) == Set(table.procedures.keys))
            for name in Self.references(in: document) {
                let parts = name.split(separator: "/").dropFirst().map(String.init)
                #expect(parts.reduce(document as JSONValue?) { $0?[$1] } != nil, "\(name)")
            }
        }
    }

    @Test(arguments: Self.definitions)
    fileprivate func aSchemaIsSaidInTheWordsOfJSONSchemaAndOfTypeScript(_ definition: Definition) throws {
        let names = SchemaNames([("Named", .boolean)])
        #expect(definition.schema.jsonSchema(names) == definition.json)
        #expect(definition.schema.typeScript(names, indent: "") == definition.typeScript)
    }

    fileprivate struct Definition: Sendable, CustomTestStringConvertible {
        let schema: Schema
        let json: JSONValue
        let typeScript: String

        var testDescription: String { typeScript }

        init(_ schema: Schema, _ json: JSONValue, _ typeScript: String) {
            self.schema = schema
            self.json = json
            self.typeScript = typeScript
        }
    }

    private static let definitions: [Definition] = [
        Definition(.boolean, ["$ref": "#/components/schemas/Named"], "Named"),
        Definition(.string(lengths: 0...5), ["type": "string", "maxLength": 5], "string"),
        Definition(.string(lengths: 1...(.max)), ["type": "string", "minLength": 1], "string"),
        Definition(.word(["a", "b"]), ["type": "string", "enum": ["a", "b"]], #""a" | "b""#),
        Definition(.integer(.min ... .max), ["type": "integer"], "number"),
        Definition(.integer(0...9), ["type": "integer", "minimum": 0, "maximum": 9], "number"),
        Definition(.number(0.5...(.infinity)), ["type": "number", "minimum": 0.5], "number"),
        Definition(
            .array(of: .nullable(.boolean), maximum: 3),
            [
                "type": "array", "items": ["anyOf": [["$ref": "#/components/schemas/Named"], ["type": "null"]]],
                "maxItems": 3,
            ],
            "(Named | null)[]"
        ),
        Definition(
            .map(of: .any, maximum: .max),
            ["type": "object", "additionalProperties": [:]],
            "Record<string, unknown>"
        ),
        Definition(
            .optional(.object([.required("a", .boolean), .optional("b", .any)], unknown: .refuse)),
            [
                "type": ["object", "null"], "properties": ["a": ["$ref": "#/components/schemas/Named"], "b": [:]],
                "required": ["a"], "additionalProperties": false,
            ],
            "{\n  a: Named;\n  b?: unknown;\n} | undefined"
        ),
        Definition(
            .nullable(.word(["a"])),
            ["anyOf": [["type": "string", "enum": ["a"]], ["type": "null"]]],
            #""a" | null"#
        ),
        Definition(.object([], unknown: .keep), ["type": "object"], "Record<string, unknown>"),
        Definition(
            .object([], unknown: .refuse),
            ["type": "object", "additionalProperties": false],
            "Record<string, never>"
        ),
    ]

    private static func references(in value: JSONValue) -> Set<String> {
        switch value {
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(references(in: $1)) }
        case .object(let object):
            object.reduce(into: Set(object["$ref"]?.string.map { [$0] } ?? [])) {
                $0.formUnion(references(in: $1.value))
            }
        default: []
        }
    }
}
