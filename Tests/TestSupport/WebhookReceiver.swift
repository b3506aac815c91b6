package import AgentStream
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A real HTTP server on loopback that gets notices and answers as a test wants.
package final class WebhookReceiver: Sendable {
    /// How a request is answered.
    package enum Reply: Sendable {
        case status(Int, headers: [String: String] = [:], body: String = "")
        /// Not before the gate is open, and not at all when it never is.
        case hang(until: Gate = Gate())
    }

    /// A request as it came.
    package struct Received: Sendable {
        package let path: String
        /// By their names in small letters.
        package let headers: [String: String]
        package let body: [UInt8]

        package var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
        package var type: String? { json["type"]?.string }
        package var id: String? { headers["webhook-id"] }
    }

    package struct NotStarted: Error {}

    private struct State {
        var received: [Received] = []
        var replies: [Reply]
        var watchers: [AsyncStream<Void>.Continuation] = []
    }

    private let state: Mutex<State>
    /// What is answered when the replies are used up.
    private let last: Reply

    private init(_ replies: [Reply], then last: Reply) {
        state = Mutex(State(replies: replies))
        self.last = last
    }

    /// Runs `body` with a receiver and its address.
    ///
    /// - Parameters:
    ///   - replies: The answers to the first requests, in their order.
    ///   - last: The answer to all others.
    ///   - port: Where it listens; 0 for anywhere.
    ///   - body: The test.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or `NotStarted`.
    package static func with<Result: Sendable>(
        _ replies: [Reply] = [],
        then last: Reply = .status(204),
        port: Int = 0,
        _ body: (WebhookReceiver, _ url: String) async throws -> Result
    ) async throws -> Result {
        let receiver = WebhookReceiver(replies, then: last)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await receiver.serve(port) { continuation.yield($0) }
            }
            // Answers that hang end with it.
            defer { group.cancelAll() }
            for await port in ports { return try await body(receiver, "http://127.0.0.1:\(port)") }
            throw NotStarted()
        }
    }

    /// All requests so far, in the order of their arrival.
    package var received: [Received] { state.withLock { $0.received } }

    /// The request of a number, from 0, as soon as it is there.
    package func request(_ number: Int) async throws -> Received {
        while true {
            try Task.checkCancellation()
            let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
            let found: Received? = state.withLock { state in
                if state.received.count > number { return state.received[number] }
                state.watchers.append(arrival)
                return nil
            }
            if let found { return found }
            for await _ in arrivals { break }
        }
    }

    private func serve(_ port: Int, ready: @escaping @Sendable (Int) -> Void) async throws {
        let responder = CallbackResponder<BasicRequestContext> { request, _ in try await self.respond(to: request) }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { ready(port) }
            },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        )
        try await application.run()
    }

    private func respond(to request: Request) async throws -> Response {
        let bytes = try await request.body.collect(upTo: 1 << 20)
        let received = Received(
            path: request.uri.description,
            headers: Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { first, _ in first },
            body: Array(bytes.readableBytesView)
        )
        switch take(received) {
        case .status(let code, let headers, let body):
            var fields = HTTPFields()
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { fields[name] = value }
            }
            return Response(
                status: .init(code: code),
                headers: fields,
                body: ResponseBody(byteBuffer: ByteBuffer(string: body))
            )
        case .hang(let gate):
            await gate.wait()
            return Response(status: .noContent)
        }
    }

    private func take(_ received: Received) -> Reply {
        let (reply, watchers) = state.withLock { state in
            state.received.append(received)
            defer { state.watchers = [] }
            return (state.replies.isEmpty ? last : state.replies.removeFirst(), state.watchers)
        }
        for watcher in watchers { watcher.yield() }
        return reply
    }
}
