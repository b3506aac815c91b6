import AgentStream
import Model

/// The procedures on notices.
struct NoticeProcedures: Sendable {
    let operations: any Operations

    var all: [Procedure] {
        [
            Procedure(
                "notify.test",
                .mutation,
                input: nil,
                output: .object(
                    [.required("host", .text), .required("delivered", .boolean), .required("detail", .text)],
                    unknown: .refuse
                ),
                handler: test
            )
        ]
    }

    private func test(_ input: JSONValue) async throws -> Procedure.Answer {
        guard let trial = try await operations.tryNotice() else {
            throw RPCError(.preconditionFailed, "Nobody is told: notify.webhook is not set in the configuration.")
        }
        return .value([
            "host": .string(trial.host), "delivered": .bool(trial.isDelivered), "detail": .string(trial.detail),
        ])
    }
}
