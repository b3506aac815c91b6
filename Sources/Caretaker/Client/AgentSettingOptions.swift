import AgentStream
import ArgumentParser
import Foundation
import Glibc

/// A task's agent settings as flags; the service checks their values.
struct AgentSettingOptions: ParsableArguments {
    @Option(help: "How the agent is driven: claude or command.")
    var driver: String?

    @Option(help: "The model.")
    var model: String?

    @Option(help: "The model that takes over while the first is overloaded.")
    var fallbackModel: String?

    @Option(help: "How many turns the agent may take in one step.")
    var maxTurns: Int?

    @Option(help: "What all steps of a run together may cost, in US dollars.")
    var maxBudget: Double?

    @Option(name: .customLong("tool"), help: "A tool that there is, and no other but those named; may be repeated.")
    var tools: [String] = []

    @Option(
        name: .customLong("allow-tool"),
        help: "A rule for allowed tool calls, such as 'Bash(git *)'; may be repeated."
    )
    var allowedTools: [String] = []

    @Option(name: .customLong("disallow-tool"), help: "A rule for forbidden tool calls; may be repeated.")
    var disallowedTools: [String] = []

    @Option(help: "How tool calls are allowed that no rule names, such as acceptEdits.")
    var permissionMode: String?

    @Option(help: "What a denied tool call means for the run: fail or ignore.")
    var onPermissionDenied: String?

    @Option(help: "Text that is added to the agent's system prompt.")
    var appendSystemPrompt: String?

    @Option(name: .customLong("mcp-config"), help: "A file such as .mcp.json with the MCP servers to start.")
    var mcpConfig: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether the hooks and MCP servers that the repository's own settings name are started."
    )
    var trustRepositorySettings: Bool?

    /// - Throws: `Failure` when the MCP file cannot be used.
    var wire: JSONObject {
        get throws {
            var agent = JSONObject()
            agent["driver"] = driver.map { .string($0) }
            agent["model"] = model.map { .string($0) }
            agent["fallbackModel"] = fallbackModel.map { .string($0) }
            agent["maxTurns"] = maxTurns.map { JSONValue($0) }
            agent["maxBudgetUSD"] = maxBudget.map { JSONValue($0) }
            agent["tools"] = Self.list(tools)
            agent["allowedTools"] = Self.list(allowedTools)
            agent["disallowedTools"] = Self.list(disallowedTools)
            agent["permissionMode"] = permissionMode.map { .string($0) }
            agent["onPermissionDenied"] = onPermissionDenied.map { .string($0) }
            agent["appendSystemPrompt"] = appendSystemPrompt.map { .string($0) }
            agent["mcpConfig"] = try mcpConfig.map(Self.file)
            agent["trustRepositorySettings"] = trustRepositorySettings.map { .bool($0) }
            return agent
        }
    }

    private static func list(_ texts: [String]) -> JSONValue? {
        texts.isEmpty ? nil : .array(texts.map { .string($0) })
    }

    private static func file(_ path: String) throws -> JSONValue {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure("--mcp-config \(path) cannot be read", code: EX_NOINPUT)
        }
        guard let value = try? JSONValue(parsing: Array(data)) else {
            throw Failure("--mcp-config \(path) is no JSON", code: EX_DATAERR)
        }
        return value
    }
}
