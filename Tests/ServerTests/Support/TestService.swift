import AgentStream
import Curl
import Foundation
import Logging
import Model
import Server
import ServiceLifecycle
import Store
import TestSupport

/// The real HTTP face on a real store in a temporary folder, on loopback and on a unix socket.
struct TestService: Sendable {
    let folder: String
    let store: Store
    let operations: StubOperations
    let log: LogCapture
    let client: CurlClient
    let port: Int
    let socket: String
    private let group: ServiceGroup

    var base: String { "http://127.0.0.1:\(port)" }

    /// Asks the listeners to end; returns at once.
    func shutDown() async {
        await group.triggerGracefulShutdown()
    }

    /// What a test may choose.
    struct Settings: Sendable {
        var timings = ServerTimings()
        var allowedHosts: [String] = []
        var allowedOrigins: [String] = []
        /// The configuration's token.
        var token: String?
        /// Whether a token is needed; by default where there is one.
        var requiresToken: Bool?
        var options = RPCOptions()
        var extraProcedures: [Procedure] = []
        var zones = ScheduleZones(standard: "UTC")
        var clock: any WallClock = SteppingClock()
        /// Makes the pages for operators.
        var ops: (@Sendable (Store) -> OpsPages)?
    }

    /// Runs a service for as long as `body` runs, then shuts it down and waits until both listeners have returned.
    static func run(
        _ settings: Settings = Settings(),
        _ body: (TestService) async throws -> Void
    ) async throws {
        FileLimit.raise()
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let service = try make(folder, settings)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await service.group.run() }
            do {
                try await body(service)
            } catch {
                await service.shutDown()
                throw error
            }
            await service.shutDown()
        }
        await service.client.shutdown()
        try await service.store.close()
    }

    private static func make(_ folder: String, _ settings: Settings) throws -> TestService {
        let log = LogCapture()
        let logger = log.logger
        let store = try Store(folder: folder, clock: settings.clock)
        let operations = StubOperations(folder: folder)
        var face = HTTPFace(
            store: store,
            operations: operations,
            logger: logger,
            zones: settings.zones,
            timings: settings.timings,
            options: settings.options,
            extraProcedures: settings.extraProcedures
        )
        if let ops = settings.ops { face.serve(ops(store)) }
        let tcp = try ListeningSocket(binding: .tcp(host: "127.0.0.1", port: 0))
        let unix = try ListeningSocket(binding: .unix(path: "\(folder)/s"))
        let rules = Setting(
            AccessRules(
                allowedHosts: settings.allowedHosts,
                allowedOrigins: settings.allowedOrigins,
                token: settings.token,
                requiresToken: settings.requiresToken ?? (settings.token != nil)
            )
        )
        let listeners = [tcp, unix].map { HTTPListener(socket: $0, face: face, access: rules, logger: logger) }
        guard case .tcp(_, let port) = tcp.address else { throw TestFailure("no port") }
        return TestService(
            folder: folder,
            store: store,
            operations: operations,
            log: log,
            client: try CurlClient(environmentProxies: false),
            port: port,
            socket: "\(folder)/s",
            group: ServiceGroup(
                configuration: ServiceGroupConfiguration(services: listeners, logger: logger)
            )
        )
    }
}

/// Something that a test could not do.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
