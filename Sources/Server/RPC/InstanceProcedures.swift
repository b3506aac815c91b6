import AgentStream
import Model
import Store

/// The procedures on instances.
struct InstanceProcedures: Sendable {
    let store: Store

    var all: [Procedure] {
        [
            Procedure(
                "instances.list",
                .query,
                input: nil,
                output: .array(of: Self.schema, maximum: .max),
                handler: { _ in .value(.array(try await store.instances().map(Self.value))) }
            ),
            Procedure(
                "instances.get",
                .query,
                input: Self.idInput,
                output: Self.schema,
                handler: { .value(Self.value(try await store.instance($0.instanceID))) }
            ),
            Procedure(
                "instances.remove",
                .mutation,
                input: Self.idInput,
                output: .object([.required("status", .word(["removed"]))], unknown: .refuse),
                handler: remove
            ),
        ]
    }

    private static let idInput = Schema.object([.required("id", .id)], unknown: .strip)

    private static let schema = Schema.object(
        [
            .required("id", .id),
            .required("status", .word(Instance.State.allCases.map(\.rawValue))),
            .required("runId", .id),
            .required("runtime", .word(RuntimeKind.allCases.map(\.rawValue))),
            .required("createdAt", .time),
        ],
        unknown: .refuse
    )

    private static func value(_ instance: Instance) -> JSONValue {
        [
            "id": .string(instance.id.rawValue),
            "status": .string(instance.state.rawValue),
            "runId": .string(instance.runID.rawValue),
            "runtime": .string(instance.runtime.rawValue),
            "createdAt": .string(instance.createdAt.iso8601),
        ]
    }

    /// Removing an active instance cancels its run; the run's course then stops and removes it.
    private func remove(_ input: JSONValue) async throws -> Procedure.Answer {
        let instance = try await store.instance(input.instanceID)
        _ = try await store.cancelRun(instance.runID)
        return .value(["status": "removed"])
    }
}

extension JSONValue {
    fileprivate var instanceID: Instance.ID { Instance.ID(rawValue: text("id")) }
}
