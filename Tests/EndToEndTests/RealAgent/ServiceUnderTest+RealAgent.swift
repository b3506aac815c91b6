import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

extension ServiceUnderTest {
    /// The key that the scripted API gets to see, and nobody else.
    static let key = "sk-ant-test-5fb1c7d20e"

    /// Where the service finds the API key.
    enum KeyPlace {
        case file
        case environment
    }

    /// Runs `body` with a service whose agent is the real `claude`, which speaks to a scripted API.
    ///
    /// `program` makes what is started as `claude`, from the service's folder; `lines` adds to the configuration.
    static func withRealAgent(
        _ script: MessageScript,
        key place: KeyPlace = .file,
        program: (@Sendable (_ folder: String, _ claude: String) throws -> String)? = nil,
        lines: @Sendable (_ folder: String) throws -> String = { _ in "" },
        _ body: (ServiceUnderTest, MessagesAPI) async throws -> Void
    ) async throws {
        let claude = try #require(RealAgent.program, "\(RealAgent.remedy)")
        try await MessagesAPI.with(script) { api in
            let service = try ServiceUnderTest { folder in
                let file = "\(folder)/api-key"
                if place == .file { try Data("\(key)\n".utf8).write(to: URL(fileURLWithPath: file)) }
                return """
                    agent:
                      program: \(try program?(folder, claude) ?? claude)
                      base_url: \(api.url)
                      model: \(TokenUsage.PricedModel.sonnet.rawValue)
                    \(place == .file ? "  api_key_file: \(file)" : "")
                    limits: { linger: 5s }
                    executors: { max_concurrent: 4 }
                    \(try lines(folder))
                    """
            }
            let environment = place == .environment ? ["ANTHROPIC_API_KEY": key] : [:]
            try await service.run(environment: environment) { try await body($0, api) }
        }
    }

    /// A run as `runs.byId` answers it.
    func details(of run: String) async throws -> JSONValue {
        try await query("runs.byId", ["id": .string(run)])
    }
}

/// Settings of tasks whose agent may use Bash.
enum Agent {
    static func settings(_ agent: JSONObject = [:], _ others: JSONObject = [:]) -> JSONValue {
        var all: JSONObject = ["allowedTools": ["Bash"]]
        for member in agent.members { all[member.key] = member.value }
        var settings: JSONObject = ["agent": .object(all)]
        for member in others.members { settings[member.key] = member.value }
        return .object(settings)
    }
}

/// A named pipe by which a command of the agent tells that it runs.
struct Announcement {
    let path: String

    init(in folder: String) throws {
        path = "\(folder)/announcement-\(UInt32.random(in: .min ... .max))"
        guard mkfifo(path, 0o666) == 0 else { throw POSIXError(.EIO) }
    }

    /// What the agent's command has to begin with.
    var command: String { "echo running > \(path)" }

    /// A run that ended without its command.
    struct NeverRan: Error {
        let run: String
    }

    /// Returns when the command runs, and throws when its run ends before.
    func wait(for run: String, of service: ServiceUnderTest) async throws {
        let reader = try ChildProcess("/bin/cat", [path], environment: [:])
        let runs = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { await reader.exit() == 0 }
            group.addTask {
                for try await _ in try await service.events(of: run) {}
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        guard !runs else { return }
        reader.send(SIGKILL)
        throw NeverRan(run: run)
    }
}
