import Foundation
import Model

/// The agent's part of the configuration.
struct AgentConfiguration {
    private let values: Values
    private let runtime: RuntimeKind
    private let variables: [String: String]

    /// The variable that holds the key where no file does.
    static let keyVariable = "ANTHROPIC_API_KEY"
    private static let urlVariable = "ANTHROPIC_BASE_URL"

    /// Makes the reader of the agent's keys.
    ///
    /// - Parameters:
    ///   - values: Values of their keys' kinds.
    ///   - runtime: What runs executors, which decides where programs are looked for and what agents may do.
    ///   - environment: The service's environment.
    init(_ values: Values, runtime: RuntimeKind, environment: [String: String]) {
        self.values = values
        self.runtime = runtime
        variables = environment
    }

    /// - Throws: `ConfigurationProblems`.
    func settings() throws -> AgentSettings {
        let command = values.list("agent.command")
        let driver =
            values.text("agent.driver").flatMap(AgentSettings.Driver.init(rawValue:))
            ?? (command.isEmpty ? .claude : .command)
        var commands: [AgentSettings.Driver: [String]] = [:]
        if !command.isEmpty { commands[.command] = command }
        commands[.claude] = program().map { [$0] }
        guard commands[driver] != nil else { throw missing(driver) }
        let environment = try environment()
        let baseURL = try url(
            values.text("agent.base_url") ?? Self.value(Self.urlVariable, environment, else: variables)
        )
        return AgentSettings(
            driver: driver,
            commands: commands,
            environment: environment,
            options: options,
            baseURL: baseURL,
            apiKey: try apiKey(environment),
            onPermissionDenied: values.text("agent.on_permission_denied").flatMap(PermissionPolicy.init(rawValue:))
                ?? .fail
        )
    }

    private var options: AgentOptions {
        var options = AgentOptions()
        options.model = values.text("agent.model")
        options.fallbackModel = values.text("agent.fallback_model")
        options.permissionMode =
            values.text("agent.permission_mode").flatMap(AgentOptions.PermissionMode.init(rawValue:))
            ?? (runtime == .docker ? .bypassPermissions : .acceptEdits)
        let rules = values.list("agent.allowed_tools")
        options.allowedTools = rules.isEmpty ? nil : rules
        return options
    }

    /// Where Claude Code is; nil when this machine has none and it would have to be here.
    private func program() -> String? {
        let name = values.text("agent.program") ?? "claude"
        guard runtime == .process else { return name }
        return StandardPaths.program(name, path: variables["PATH"]).map(StandardPaths.absolute)
    }

    private func missing(_ driver: AgentSettings.Driver) -> ConfigurationProblems {
        switch driver {
        case .claude:
            let name = values.text("agent.program") ?? "claude"
            return ConfigurationProblems("agent.program", "\(name) is not there or cannot be executed")
        case .command:
            return ConfigurationProblems(
                "agent.command",
                "the agent's program is not set: a list of the program and its arguments"
            )
        }
    }

    private func apiKey(_ environment: [String: String]) throws -> APIKey? {
        guard let path = values.text("agent.api_key_file").map(StandardPaths.absolute) else {
            let text = Self.value(Self.keyVariable, environment, else: variables)
            return try text.map { try key($0, from: Self.keyVariable, named: Self.keyVariable) }
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationProblems("agent.api_key_file", "\(path) cannot be read")
        }
        return try key(text, from: "agent.api_key_file", named: path)
    }

    private func key(_ text: String, from place: String, named name: String) throws -> APIKey {
        let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...4096).contains(key.utf8.count), !key.contains(where: \.isWhitespace) else {
            throw ConfigurationProblems(place, "\(name) must hold one key and nothing else")
        }
        return APIKey(key)
    }

    /// A variable that the operator gave the agent, else the service; empty is none.
    private static func value(
        _ name: String,
        _ environment: [String: String],
        else variables: [String: String]
    ) -> String? {
        [environment[name], variables[name]].compactMap(\.self).first { !$0.isEmpty }
    }

    private func url(_ text: String?) throws -> String? {
        guard let text else { return nil }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil else {
            throw ConfigurationProblems("agent.base_url", "\(text) is no http or https URL")
        }
        return text
    }

    private func environment() throws -> [String: String] {
        var environment: [String: String] = [:]
        for entry in values.list("agent.environment") {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ConfigurationProblems("agent.environment", "an entry must be NAME=VALUE")
            }
            environment[String(parts[0])] = String(parts[1])
        }
        return environment
    }
}
