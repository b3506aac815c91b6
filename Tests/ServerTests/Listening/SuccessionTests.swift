import Curl
import Foundation
import Glibc
import Logging
import Model
import Server
import ServiceLifecycle
import Store
import Synchronization
import TestSupport
import Testing

/// A service follows another on a socket that both were handed.
@Suite(.timeLimit(.minutes(2)))
struct SuccessionTests {
    @Test(arguments: [true, false])
    func noRequestIsRefusedOrLost(_ connectsAnew: Bool) async throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let store = try Store(folder: folder, clock: SteppingClock())
        let bound = try ListeningSocket(binding: .tcp(host: "127.0.0.1", port: 0))
        defer { close(bound.descriptor) }
        let clients = Clients(url: "http://\(bound.address)/trpc/tasks.list", connectsAnew: connectsAnew)
        async let answers: Void = clients.ask()
        for generation in 1...6 {
            let service = try Self.service(on: bound, store, folder)
            async let run: Void = service.run()
            if generation < 6 {
                await clients.answers(atLeast: generation * 100)
            } else {
                clients.end()
                try await answers
            }
            await service.triggerGracefulShutdown()
            try await run
        }
        try await store.close()
    }

    private static func service(on bound: ListeningSocket, _ store: Store, _ folder: String) throws -> ServiceGroup {
        let logger = LogCapture().logger
        let listener = HTTPListener(
            socket: try ListeningSocket(inheriting: dup(bound.descriptor)),
            face: HTTPFace(store: store, operations: StubOperations(folder: folder), logger: logger),
            access: Setting(AccessRules(allowedHosts: [], allowedOrigins: [], token: nil, requiresToken: false)),
            logger: logger
        )
        return ServiceGroup(configuration: ServiceGroupConfiguration(services: [listener], logger: logger))
    }

    /// Eight who ask again and again.
    private final class Clients: Sendable {
        private let request: HTTPRequest
        private let state = Mutex((answered: 0, isOver: false))

        init(url: String, connectsAnew: Bool) {
            request = HTTPRequest(url: url, headers: connectsAnew ? ["connection": "close"] : [:])
        }

        func ask() async throws {
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await self.askAgainAndAgain() } }
            }
        }

        private func askAgainAndAgain() async throws {
            let client = try CurlClient(environmentProxies: false)
            while !state.withLock({ $0.isOver }) {
                do {
                    #expect(try await client.send(request).status == 200)
                } catch {
                    Issue.record(error)
                }
                state.withLock { $0.answered += 1 }
            }
            await client.shutdown()
        }

        func answers(atLeast count: Int) async {
            while state.withLock({ $0.answered }) < count { await Task.yield() }
        }

        func end() {
            state.withLock { $0.isOver = true }
        }
    }
}
