import AgentStream
import Model
import Store

/// The procedures on tasks.
struct TaskProcedures: Sendable {
    let store: Store
    let operations: any Operations

    var all: [Procedure] {
        [
            Procedure(
                "tasks.list",
                .query,
                input: nil,
                output: .array(of: WireTask.schema, maximum: .max),
                handler: { _ in .value(.array(try await store.tasks().map(WireTask.value))) }
            ),
            Procedure(
                "tasks.byId",
                .query,
                input: Self.idInput,
                output: .nullable(WireTask.schema),
                handler: { .value(try await store.task($0.text("id")).map(WireTask.value) ?? .null) }
            ),
            Procedure("tasks.create", .mutation, input: Self.input([]), output: WireTask.schema, handler: create),
            Procedure(
                "tasks.update",
                .mutation,
                input: Self.input([.required("id", .id)]),
                output: WireTask.schema,
                handler: update
            ),
            Procedure(
                "tasks.delete",
                .mutation,
                input: Self.idInput,
                output: WireTask.schema,
                handler: { .value(WireTask.value(try await store.deleteTask($0.text("id")))) }
            ),
        ]
    }

    private static let idInput = Schema.object([.required("id", .id)], unknown: .strip)

    private static func input(_ first: [Schema.Field]) -> Schema {
        .object(
            first + [
                .required("name", .string(lengths: 1...200)),
                .required("steps", .array(of: WireTask.stepSchema, maximum: 1000)),
                .optional("settings", WireTask.settingsSchema),
            ],
            unknown: .strip
        )
    }

    private func create(_ input: JSONValue) async throws -> Procedure.Answer {
        let content = TaskContent(
            name: input.text("name"),
            steps: WireTask.steps(from: input["steps"]),
            settings: try settings(input) ?? TaskSettings()
        )
        return .value(WireTask.value(try await store.createTask(content)))
    }

    private func update(_ input: JSONValue) async throws -> Procedure.Answer {
        let settings = try settings(input)
        let task = try await store.updateTask(input.text("id")) { task in
            TaskContent(
                name: input.text("name"),
                steps: WireTask.steps(from: input["steps"]),
                // The original's clients know no settings and must not lose them.
                settings: settings ?? task.settings
            )
        }
        return .value(WireTask.value(task))
    }

    private func settings(_ input: JSONValue) throws -> TaskSettings? {
        let settings = WireTask.settings(from: input["settings"])
        if let branch = settings?.push?.branch { try operations.check(branch: branch) }
        for name in (settings?.environment ?? [:]).keys.sorted() where !Self.isVariable(name) {
            throw InputProblem(
                field: "settings.environment",
                message: "\(name) is no name for an environment variable: letters, digits and _, not a digit first."
            )
        }
        if let settings { try operations.check(settings: settings) }
        return settings
    }

    private static func isVariable(_ name: String) -> Bool {
        guard let first = name.first, !first.isNumber else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

extension JSONValue {
    /// A field that the schema has made sure of.
    func text(_ key: String) -> String { self[key]?.string ?? "" }
}
