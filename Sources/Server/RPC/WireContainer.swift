import AgentStream
import Model

/// A task's container settings on the wire; the policy is the service's to look at.
enum WireContainer {
    static let schema = Schema.object(
        [
            .optional("image", .string(lengths: 1...255)),
            .optional("memory", .integer(1...(1 << 50))),
            .optional("cpus", .number(0.001...10_000)),
            .optional("pids", .integer(1...4_194_304)),
            .optional("network", .string(lengths: 1...128)),
            .optional("readOnly", .boolean),
        ],
        unknown: .refuse
    )

    static func value(_ settings: ContainerSettings) -> JSONValue {
        var object = JSONObject()
        object["image"] = settings.image.map { .string($0) }
        object["memory"] = settings.memory.map { JSONValue($0) }
        object["cpus"] = settings.cpus.map { JSONValue($0) }
        object["pids"] = settings.pids.map { JSONValue($0) }
        object["network"] = settings.network.map { .string($0) }
        object["readOnly"] = settings.readOnly.map { .bool($0) }
        return .object(object)
    }

    static func settings(from value: JSONValue) -> ContainerSettings {
        ContainerSettings(
            image: value["image"]?.string,
            memory: value["memory"]?.int,
            cpus: value["cpus"]?.double,
            pids: value["pids"]?.int,
            network: value["network"]?.string,
            readOnly: value["readOnly"]?.bool
        )
    }
}
