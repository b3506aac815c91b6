import AgentStream
import Model

/// A task's agent settings on the wire.
enum WireAgent {
    static let schema = Schema.object(
        [
            .optional("driver", .word(AgentSettings.Driver.allCases.map(\.rawValue))),
            .optional("model", .string(lengths: 1...200)),
            .optional("fallbackModel", .string(lengths: 1...200)),
            .optional("maxTurns", .integer(1...100_000)),
            .optional("maxBudgetUSD", .number(0.000001...1_000_000)),
            .optional("tools", rules),
            .optional("allowedTools", rules),
            .optional("disallowedTools", rules),
            .optional("permissionMode", .word(AgentOptions.PermissionMode.allCases.map(\.rawValue))),
            .optional("onPermissionDenied", .word(PermissionPolicy.allCases.map(\.rawValue))),
            // One argument of a command line takes 128 KiB.
            .optional("appendSystemPrompt", .string(lengths: 1...30_000)),
            .optional("mcpConfig", .object([.required("mcpServers", .object([], unknown: .keep))], unknown: .refuse)),
            .optional("trustRepositorySettings", .boolean),
        ],
        unknown: .refuse
    )

    // Together they are one argument, too.
    private static let rules = Schema.array(of: .string(lengths: 1...300), maximum: 100)

    static func value(_ agent: TaskAgent) -> JSONValue {
        let options = agent.options
        var object = JSONObject()
        object["driver"] = agent.driver.map { .string($0.rawValue) }
        object["model"] = options.model.map { .string($0) }
        object["fallbackModel"] = options.fallbackModel.map { .string($0) }
        object["maxTurns"] = options.maxTurns.map { JSONValue($0) }
        object["maxBudgetUSD"] = options.maxBudgetUSD.map { JSONValue($0) }
        object["tools"] = options.tools.map(texts)
        object["allowedTools"] = options.allowedTools.map(texts)
        object["disallowedTools"] = options.disallowedTools.map(texts)
        object["permissionMode"] = options.permissionMode.map { .string($0.rawValue) }
        object["onPermissionDenied"] = agent.onPermissionDenied.map { .string($0.rawValue) }
        object["appendSystemPrompt"] = options.appendSystemPrompt.map { .string($0) }
        object["mcpConfig"] = options.mcpConfig.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        object["trustRepositorySettings"] = options.trustRepositorySettings.map { .bool($0) }
        return .object(object)
    }

    static func agent(from value: JSONValue) -> TaskAgent {
        var options = AgentOptions()
        options.model = value["model"]?.string
        options.fallbackModel = value["fallbackModel"]?.string
        options.maxTurns = value["maxTurns"]?.int
        options.maxBudgetUSD = value["maxBudgetUSD"]?.double
        options.tools = texts(value["tools"])
        options.allowedTools = texts(value["allowedTools"])
        options.disallowedTools = texts(value["disallowedTools"])
        options.permissionMode = value["permissionMode"]?.string.flatMap(AgentOptions.PermissionMode.init(rawValue:))
        options.appendSystemPrompt = value["appendSystemPrompt"]?.string
        options.mcpConfig = value["mcpConfig"].map { String(decoding: $0.encoded, as: UTF8.self) }
        options.trustRepositorySettings = value["trustRepositorySettings"]?.bool
        return TaskAgent(
            driver: value["driver"]?.string.flatMap(AgentSettings.Driver.init(rawValue:)),
            options: options,
            onPermissionDenied: value["onPermissionDenied"]?.string.flatMap(PermissionPolicy.init(rawValue:))
        )
    }

    private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    private static func texts(_ value: JSONValue?) -> [String]? {
        value?.array?.compactMap(\.string)
    }
}
