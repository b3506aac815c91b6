import Hummingbird
import Logging

/// An HTTP server on a unix socket for the time of a test.
enum UnixServer {
    struct NotStarted: Error {}

    static func with<Result: Sendable>(
        socket: String,
        _ respond: @escaping @Sendable (Request) async throws -> Response,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let (ready, continuation) = AsyncStream.makeStream(of: Void.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                let application = Application(
                    responder: CallbackResponder<BasicRequestContext> { request, _ in try await respond(request) },
                    configuration: .init(address: .unixDomainSocket(path: socket)),
                    onServerRunning: { _ in continuation.yield() },
                    logger: Logger(label: "server") { _ in SwiftLogNoOpLogHandler() }
                )
                try await application.run()
            }
            // Answers that hang end with it.
            defer { group.cancelAll() }
            for await _ in ready { return try await body() }
            throw NotStarted()
        }
    }
}
