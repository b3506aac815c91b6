import Curl
import Foundation
import Glibc
import Logging
import Model
import Synchronization
import TestSupport

@testable import Executors

/// A docker runtime on a real engine, for one run of the stub image.
struct EngineSetting: Sendable {
    /// An unprivileged user and group, such as the service has.
    static let user: uid_t = 12_345
    static let group: gid_t = 12_346

    let engine: TestEngine
    let runtime: DockerRuntime
    let run: Run.ID
    let log: LogCapture

    var name: String { "caretaker-\(run)" }
    var folder: String { runtime.folder(of: run) }

    /// Runs `body` with a runtime on the engine that tests share, or on one's own.
    static func with<Result: Sendable>(
        _ kind: EngineKind,
        engine own: TestEngine? = nil,
        image: String = StubImage.name,
        memory: Int = 64 << 20,
        network: ContainerNetwork = .none,
        limits: CallLimits = CallLimits(start: .seconds(30)),
        engineLimits: EngineLimits = EngineLimits(),
        _ body: (EngineSetting) async throws -> Result
    ) async throws -> Result {
        let engine = try own ?? TestEngine.shared(kind)
        try await Self.loadImage(engine)
        return try await Scratch.with { state in
            let installation = UUID().uuidString
            let log = LogCapture()
            let runtime = try DockerRuntime(
                settings: DockerSettings(
                    host: EngineAddress("unix://\(engine.socket)"),
                    installation: installation,
                    group: group,
                    image: image,
                    memory: memory,
                    network: network
                ),
                stateFolder: state,
                limits: Setting(limits),
                engineLimits: engineLimits,
                logger: log.logger
            ) { run in
                InstanceRequest(
                    run: run,
                    instance: Instance.ID(at: SystemWallClock().now),
                    deadline: SystemWallClock().now,
                    container: nil
                )
            }
            let run = Run.ID(at: SystemWallClock().now)
            let setting = EngineSetting(engine: engine, runtime: runtime, run: run, log: log)
            try await runtime.prepare(setting.run)
            setting.giveToService(state)
            do {
                let result = try await body(setting)
                try await runtime.stop(setting.run)
                return result
            } catch {
                try? await runtime.stop(setting.run)
                throw error
            }
        }
    }

    /// Tells the stub what to do when it is started.
    func instruct(_ word: String) throws {
        try word.write(toFile: "\(folder)/stub", atomically: false, encoding: .utf8)
    }

    /// Asks the stub for something in its container; the answer does not matter.
    func ask(_ path: String) async throws {
        let curl = try CurlClient(environmentProxies: false)
        let request = HTTPRequest(url: "http://stub\(path)", unixSocket: "\(folder)/executor.sock")
        _ = try? await curl.send(request)
    }

    /// Waits until the container does not run any more.
    func ended() async throws -> InstanceStatus {
        try await engine.run("wait", name)
        return try await runtime.status(run)
    }

    func inspect(_ format: String) async throws -> String {
        try await engine.run("inspect", "--format", format, name)
    }

    /// Runs a program as the service's user with its group and no other.
    func asService(_ program: String, _ arguments: String...) async throws {
        let identity = ["--reuid=\(Self.user)", "--regid=\(Self.group)", "--clear-groups", "--no-new-privs"]
        try await Program.run("/usr/bin/setpriv", identity + ["--", program] + arguments)
    }

    private func giveToService(_ state: String) {
        chmod(state, 0o711)
        chown("\(state)/runs", Self.user, Self.group)
        chown(folder, Self.user, Self.group)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            chown("\(folder)/\(name)", Self.user, Self.group)
        }
    }

    private static let loaded = Mutex<Set<String>>([])

    private static func loadImage(_ engine: TestEngine) async throws {
        guard !loaded.withLock({ $0.contains(engine.socket) }) else { return }
        try await StubImage.load(into: engine)
        loaded.withLock { _ = $0.insert(engine.socket) }
    }
}
