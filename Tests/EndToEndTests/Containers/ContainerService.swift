import AgentStream
import Foundation
import TestSupport
import Testing

/// A service that runs executors in containers, as a user who may do nothing but use the engine.
struct ContainerService: Sendable {
    /// The user whom nothing else here belongs to.
    static let user: UInt32 = 47_110

    let service: ServiceUnderTest
    let engine: TestEngine
    /// A repository that the configuration allows.
    let repository: GitRepository

    /// What differs from one test to the next.
    struct Setting: Sendable {
        var image = "caretaker-executor:test"
        /// Where the service finds the engine, when it is not at the engine's own socket.
        var socket: String?
        /// The agent's lines of the configuration.
        var agent = #"""
            agent:
              command: [/usr/lib/caretaker/TestAgent]
              environment: ["CARETAKER_TEST_DELIVERIES=/work/workspace/deliveries"]
            """#
        /// Members of `executors`.
        var executors = "memory: 512m"
        /// Further lines of the configuration.
        var lines = ""
        /// The service's environment at its first start.
        var environment: [String: String] = [:]
    }

    /// Runs `body` with the service started; leaves no process, no file, no container, no volume.
    static func with(
        _ setting: Setting = Setting(),
        on engine: TestEngine? = nil,
        _ body: (ContainerService) async throws -> Void
    ) async throws {
        let engine = try engine ?? .shared()
        _ = try await engine.testImage()
        let service = try ServiceUnderTest { folder in
            """
            runtime: docker
            docker: { host: "unix://\(setting.socket ?? engine.socket)" }
            executors: { image: "\(setting.image)", \(setting.executors) }
            repositories: { local: [\(folder)/repositories] }
            limits: { linger: 2s }
            \(setting.agent)
            \(setting.lines)
            """
        }
        let repository = try await GitRepository(at: "\(service.folder)/repositories/one")
        try await service.become(user, groups: [engine.group])
        let containers = ContainerService(service: service, engine: engine, repository: repository)
        try await service.run(environment: setting.environment) { _ in
            do {
                try await body(containers)
            } catch {
                try? await containers.removeAll()
                throw error
            }
            try await containers.removeAll()
        }
    }

    /// The container and the volume of a run.
    static func name(of run: String) -> String { "caretaker-\(run)" }

    /// The runs that have a folder, whose containers and volumes are therefore this service's.
    var runs: Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: "\(service.state)/runs")) ?? [])
    }

    /// What the engine has of this service's runs: names of containers, in whatever state, and volumes.
    func leftovers() async throws -> [String] {
        let containers = try await engine.run("ps", "--all", "--format", "{{.Names}}")
        let volumes = try await engine.run("volume", "ls", "--format", "{{.Name}}")
        let names = Set(runs.map(Self.name))
        return (containers + "\n" + volumes).split(separator: "\n").map(String.init).filter(names.contains)
    }

    /// Runs a shell command in a run's container, as the container's own user unless told otherwise.
    @discardableResult
    func inside(_ run: String, _ command: String, as user: String? = nil) async throws -> String {
        let options = user.map { ["--user", $0] } ?? []
        return try await engine.run(["exec"] + options + [Self.name(of: run), "sh", "-c", command])
    }

    /// Makes the file for which an agent in a container waits.
    func open(_ gate: String, of run: String) async throws {
        try await inside(run, "touch \(gate)", as: "10001:10001")
    }

    /// The prompts that the agent got, told by the file that it wrote in its workspace.
    func deliveries(of run: String) async throws -> [String: Int] {
        let patch = try await service.query("runs.result", ["id": .string(run)])["patch"]?.string ?? ""
        guard let start = patch.range(of: "+++ b/deliveries\n") else { return [:] }
        let lines = patch[start.upperBound...].split(separator: "\n").dropFirst().prefix { $0.hasPrefix("+") }
        return lines.reduce(into: [:]) { counts, line in
            let prompt = line.split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
            counts[prompt, default: 0] += 1
        }
    }

    /// Waits until an agent has printed so many numbered lines.
    func wait(for line: Int, of run: String) async throws {
        for try await event in try await service.events(of: run) {
            if String(decoding: event.data, as: UTF8.self).contains(#""msg_\#(line)""#) { return }
        }
        throw Silent(run: run)
    }

    /// A run that ended before its agent printed what was waited for.
    struct Silent: Error {
        let run: String
    }

    private func removeAll() async throws {
        for name in Set(try await leftovers()) {
            _ = try? await engine.run("rm", "--force", "--volumes", name)
            _ = try? await engine.run("volume", "rm", "--force", name)
        }
    }
}
