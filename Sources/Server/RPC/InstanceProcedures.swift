import AgentStream
import Model
import Store

/// The procedures on instances.
struct InstanceProcedures: Sendable {
    let store: Store
    let operations: any Operations

    var all: [Procedure] {
        [
            Procedure(
                "instances.list",
                .query,
                input: nil,
                output: .array(of: Self.schema, maximum: .max),
                handler: list
            ),
            Procedure(
                "instances.get",
                .query,
                input: Self.idInput,
                output: Self.schema,
                handler: { .value(await described(try await store.instance($0.instanceID))) }
            ),
            Procedure(
                "instances.remove",
                .mutation,
                role: .operate,
                input: Self.idInput,
                output: .object([.required("status", .word(["removed"]))], unknown: .refuse),
                handler: remove
            ),
            Procedure(
                "instances.reap",
                .mutation,
                role: .operate,
                input: .object([.optional("dryRun", .boolean)], unknown: .refuse),
                output: .array(of: WireFinding.schema, maximum: .max),
                handler: reap
            ),
        ]
    }

    private static let idInput = Schema.object([.required("id", .id)], unknown: .strip)

    static let schema = Schema.object(
        [
            .required("id", .id),
            .required("status", .word(Instance.State.allCases.map(\.rawValue))),
            .required("runId", .id),
            .required("runtime", .word(RuntimeKind.allCases.map(\.rawValue))),
            .required("createdAt", .time),
            .required("ageSeconds", .number(0...(.infinity))),
            .required("image", .nullable(.text)),
            .required("memoryBytes", .nullable(.integer(0...(.max)))),
            .required("cpuSeconds", .nullable(.number(0...(.infinity)))),
        ],
        unknown: .refuse
    )

    private func list(_ input: JSONValue) async throws -> Procedure.Answer {
        let instances = try await store.instances()
        let values = await withTaskGroup(of: (Int, JSONValue).self) { group in
            for (index, instance) in instances.enumerated() {
                group.addTask { (index, await described(instance)) }
            }
            var values = [JSONValue](repeating: .null, count: instances.count)
            for await (index, value) in group { values[index] = value }
            return values
        }
        return .value(.array(values))
    }

    private func described(_ instance: Instance) async -> JSONValue {
        let usage = instance.state == .stopped ? nil : await operations.usage(of: instance.runID)
        let age = ((instance.stoppedAt ?? store.clock.now) - instance.createdAt) / .seconds(1)
        return [
            "id": .string(instance.id.rawValue),
            "status": .string(instance.state.rawValue),
            "runId": .string(instance.runID.rawValue),
            "runtime": .string(instance.runtime.rawValue),
            "createdAt": .string(instance.createdAt.iso8601),
            "ageSeconds": JSONValue(max(0, age)),
            "image": usage?.image.map { .string($0) } ?? .null,
            "memoryBytes": usage?.memoryBytes.map { JSONValue(Int($0)) } ?? .null,
            "cpuSeconds": usage?.processorTime.map { JSONValue($0 / .seconds(1)) } ?? .null,
        ]
    }

    private func reap(_ input: JSONValue) async throws -> Procedure.Answer {
        do {
            let findings = try await operations.reap(isDryRun: input["dryRun"]?.bool ?? false)
            return .value(.array(findings.map(WireFinding.value)))
        } catch let error as RuntimeError {
            throw RPCError(.serviceUnavailable, error.message)
        }
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
