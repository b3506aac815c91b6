import AgentStream
import Model
import Store

/// The procedures on files that declare tasks and schedules.
struct FileProcedures: Sendable {
    let declarations: Declarations

    var all: [Procedure] {
        [
            Procedure(
                "files.apply",
                .mutation,
                input: Self.applyInput,
                output: DeclarationPlan.schema,
                handler: apply
            ),
            Procedure(
                "files.export",
                .query,
                input: .optional(.object([.optional("tasks", .array(of: .id, maximum: 1000))], unknown: .refuse)),
                output: .array(of: .object([], unknown: .keep), maximum: .max),
                handler: { input in
                    let names = input["tasks"]?.array?.compactMap(\.string) ?? []
                    return .value(.array(try await declarations.export(names)))
                }
            ),
        ]
    }

    private static let path = Schema.string(lengths: 1...4096)

    private static let applyInput = Schema.object(
        [
            .required(
                "documents",
                .array(
                    of: .object([.required("file", path), .required("content", .any)], unknown: .refuse),
                    maximum: 10_000
                )
            ),
            .required("owner", path),
            .optional("prune", .boolean),
            .optional("dryRun", .boolean),
            TaskProcedures.force,
        ],
        unknown: .refuse
    )

    private func apply(_ input: JSONValue) async throws -> Procedure.Answer {
        let owner = input.text("owner")
        let documents = (input["documents"]?.array ?? []).map { ($0.text("file"), $0["content"] ?? .null) }
        for (file, _) in documents where !ManagedBy.contains(owner, file) {
            throw InputProblem(field: "documents", message: "\(file) is not below \(owner).")
        }
        let scope = DeclarationScope(
            owner: owner,
            prunes: input["prune"]?.bool ?? false,
            isForced: input.isForced
        )
        return .value(
            try await declarations.apply(documents, scope, isDryRun: input["dryRun"]?.bool ?? false)
        )
    }
}
