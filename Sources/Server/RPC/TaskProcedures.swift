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
                input: Self.input([.required("id", .id), Self.version, Self.force]),
                output: WireTask.schema,
                handler: update
            ),
            Procedure(
                "tasks.delete",
                .mutation,
                input: Self.deleteInput,
                output: WireTask.schema,
                handler: { input in
                    let task = try await store.deleteTask(input.text("id"), isForced: input.isForced)
                    return .value(WireTask.value(task))
                }
            ),
        ]
    }

    /// The version that a change was made from; the change of another is refused.
    private static let version = Schema.Field.optional("version", .integer(1...(.max)))

    private static let idInput = Schema.object([.required("id", .id)], unknown: .strip)
    private static let deleteInput = Schema.object([.required("id", .id), force], unknown: .strip)
    /// Whether something is changed although a file declares it.
    static let force = Schema.Field.optional("force", .boolean)

    private static func input(_ first: [Schema.Field]) -> Schema {
        .object(first + TaskContentReader.fields, unknown: .strip)
    }

    private var reader: TaskContentReader { TaskContentReader(operations: operations) }

    private func create(_ input: JSONValue) async throws -> Procedure.Answer {
        .value(WireTask.value(try await store.createTask(try reader.content(input))))
    }

    private func update(_ input: JSONValue) async throws -> Procedure.Answer {
        let content = try reader.content(input)
        let keepsSettings = input["settings"] == nil
        let task = try await store.updateTask(input.text("id"), isForced: input.isForced) { task in
            if let version = input["version"]?.int, version != task.version {
                throw StoreError(.stale, "The task is at version \(task.version) by now, not \(version).")
            }
            var content = content
            // The original's clients know no settings and must not lose them.
            if keepsSettings { content.settings = task.settings }
            return content
        }
        return .value(WireTask.value(task))
    }
}

extension JSONValue {
    /// A field that the schema has made sure of.
    func text(_ key: String) -> String { self[key]?.string ?? "" }

    var isForced: Bool { self["force"]?.bool ?? false }
}
