import AgentStream
import ArgumentParser

/// A number of bytes, such as `4g`.
struct SizeArgument: ExpressibleByArgument {
    let bytes: Int

    init?(argument: String) {
        guard let found = Int(configuredSize: argument) else { return nil }
        bytes = found
    }
}

/// A task's container settings as flags; the service allows what its policy allows.
struct ContainerSettingOptions: ParsableArguments {
    @Option(help: "The image of the container.")
    var image: String?

    @Option(help: "What it may use of memory, such as 4g.")
    var memory: SizeArgument?

    @Option(help: "How many processors it may use, such as 1.5.")
    var cpus: Double?

    @Option(help: "How many processes and threads there may be in it.")
    var pids: Int?

    @Option(help: "One of the engine's networks, or none.")
    var network: String?

    @Flag(inversion: .prefixedNo, help: "Whether the image's files are protected from changes.")
    var readOnly: Bool?

    var wire: JSONObject {
        var container = JSONObject()
        container["image"] = image.map { .string($0) }
        container["memory"] = memory.map { JSONValue($0.bytes) }
        container["cpus"] = cpus.map { JSONValue($0) }
        container["pids"] = pids.map { JSONValue($0) }
        container["network"] = network.map { .string($0) }
        container["readOnly"] = readOnly.map { .bool($0) }
        return container
    }
}
