import AgentStream
import Model

/// The procedures on the service itself.
struct ServiceProcedures: Sendable {
    let operations: any Operations

    var all: [Procedure] {
        [
            Procedure(
                "service.reload",
                .mutation,
                input: .object([], unknown: .refuse),
                output: .object(
                    [
                        .required("changed", .array(of: .text, maximum: .max)),
                        .required("needRestart", .array(of: .text, maximum: .max)),
                    ],
                    unknown: .refuse
                ),
                handler: reload
            )
        ]
    }

    private func reload(_ input: JSONValue) async throws -> Procedure.Answer {
        do throws(ReloadRefusal) {
            let outcome = try await operations.reload()
            return .value([
                "changed": .array(outcome.changed.map { .string($0) }),
                "needRestart": .array(outcome.needRestart.map { .string($0) }),
            ])
        } catch {
            throw RPCError(.preconditionFailed, error.description)
        }
    }
}
