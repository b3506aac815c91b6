import AgentStream
import Foundation
import Model
import Store

/// The procedures by which tasks and runs of claude-code-runner, the original, come here.
struct ImportProcedures: Sendable {
    let store: Store

    var all: [Procedure] {
        [
            Procedure(
                "imports.tasks",
                .mutation,
                input: Self.tasksInput,
                output: .array(of: ImportedWire.taskOutcome, maximum: 1000),
                handler: tasks
            ),
            Procedure(
                "imports.messages",
                .mutation,
                input: Self.messagesInput,
                output: .object([.required("next", .integer(1...(.max)))], unknown: .refuse),
                handler: messages
            ),
            Procedure(
                "imports.runs",
                .mutation,
                input: Self.runsInput,
                output: .array(of: ImportedWire.runOutcome, maximum: 1000),
                handler: runs
            ),
        ]
    }

    private static let dryRun = Schema.Field.optional("dryRun", .boolean)

    private static let tasksInput = Schema.object(
        [.required("tasks", .array(of: ImportedWire.task, maximum: 1000)), dryRun],
        unknown: .refuse
    )

    private static let runsInput = Schema.object(
        [.required("runs", .array(of: ImportedWire.run, maximum: 1000)), dryRun],
        unknown: .refuse
    )

    private static let messagesInput = Schema.object(
        [
            .required("run", ImportedWire.originalID), .required("offset", .integer(0...(1 << 40))),
            .required("base64", .string(lengths: 4...4_194_304)),
        ],
        unknown: .refuse
    )

    private func tasks(_ input: JSONValue) async throws -> Procedure.Answer {
        let values = input["tasks"]?.array ?? []
        let tasks = try values.map(ImportedWire.task)
        let outcomes = try await store.add(tasks, isDryRun: input["dryRun"]?.bool ?? false)
        return .value(
            .array(
                zip(values, zip(tasks, outcomes)).map { value, made in
                    [
                        "id": value["id"] ?? .null, "taskId": .string(made.0.id.rawValue),
                        "action": made.1.isNew ? "create" : "keep", "slug": .string(made.1.slug),
                    ]
                }
            )
        )
    }

    private func messages(_ input: JSONValue) async throws -> Procedure.Answer {
        let offset = input["offset"]?.int ?? 0
        let bytes = try ImportedWire.bytes(input["base64"], field: "base64")
        guard !bytes.isEmpty else { throw InputProblem(field: "base64", message: "There are no bytes.") }
        try await store.stage(bytes, of: input.text("run"), at: offset)
        return .value(["next": JSONValue(offset + bytes.count)])
    }

    private func runs(_ input: JSONValue) async throws -> Procedure.Answer {
        let values = input["runs"]?.array ?? []
        let runs = try values.enumerated().map { try ImportedWire.run($1, number: $0) }
        let outcomes =
            if input["dryRun"]?.bool == true {
                try await expected(runs)
            } else {
                try await store.add(runs)
            }
        return .value(
            .array(
                zip(values, zip(runs, outcomes)).map { value, made in
                    ImportedWire.value(made.1, of: made.0.id, was: value["id"] ?? .null)
                }
            )
        )
    }

    /// What would become of runs, the messages of which have not come.
    private func expected(_ runs: [ImportedRun]) async throws -> [ImportedRunOutcome] {
        let known = try await store.known(runs.map(\.id))
        return runs.map { known.contains($0.id) ? .known : .made(messages: 0, isWhole: true) }
    }
}
