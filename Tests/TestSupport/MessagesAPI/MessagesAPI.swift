import AgentStream
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A scripted Messages API, to which the real `claude` speaks.
package struct MessagesAPI: Sendable {
    /// The address of this machine at which it listens.
    private let host: String
    package let port: Int
    private let conversations: Conversations

    package var url: String { "http://\(host):\(port)" }

    /// All requests so far, in the order of their arrival.
    package var requests: [RecordedRequest] { conversations.requests }

    /// The requests of one conversation.
    package func requests(_ prompt: String) -> [RecordedRequest] {
        requests.filter { $0.prompt == prompt }
    }

    package struct NotStarted: Error {}

    /// Runs `body` while an API with this script listens, on loopback unless told otherwise.
    package static func with<Result: Sendable>(
        _ script: MessageScript,
        host: String = "127.0.0.1",
        _ body: (MessagesAPI) async throws -> Result
    ) async throws -> Result {
        let conversations = Conversations(script)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await Self.serve(conversations, host) { continuation.yield($0) }
            }
            // Replies that hang and connections that are kept end with it.
            defer { group.cancelAll() }
            for await port in ports {
                return try await body(MessagesAPI(host: host, port: port, conversations: conversations))
            }
            throw NotStarted()
        }
    }

    private static func serve(
        _ conversations: Conversations,
        _ host: String,
        ready: @escaping @Sendable (Int) -> Void
    ) async throws {
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            try await MessageResponder(conversations: conversations).respond(to: request)
        }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname(host, port: 0)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { ready(port) }
            },
            logger: Logger(label: "messages") { _ in SwiftLogNoOpLogHandler() }
        )
        try await application.run()
    }
}
