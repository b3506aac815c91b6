import AgentStream
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers the requests of the Messages API from a script.
struct MessageResponder: Sendable {
    let conversations: Conversations

    /// The connection is to be closed in the middle of an answer.
    private struct Cut: Error {}

    func respond(to request: Request) async throws -> Response {
        // Pictures make requests of megabytes.
        let bytes = try await request.body.collect(upTo: 64 << 20)
        let recorded = RecordedRequest(
            method: request.method.rawValue,
            path: request.uri.path,
            headers: Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { first, _ in first },
            body: (try? JSONValue(parsing: Array(bytes.readableBytesView))) ?? .null
        )
        let number = conversations.record(recorded)
        switch (recorded.method, recorded.path) {
        case ("POST", "/v1/messages"):
            guard let reply = conversations.reply(to: recorded) else { return Self.failure(400, "no such script") }
            return await Self.answer(reply, to: recorded, number)
        case ("POST", "/v1/messages/count_tokens"):
            return Self.json(200, ["input_tokens": 1000])
        case ("HEAD", _):
            return Response(status: .ok)
        default:
            return Self.failure(404, "no such path")
        }
    }

    private static func answer(_ reply: MessageReply, to request: RecordedRequest, _ number: Int) async -> Response {
        await reply.gate?.wait()
        let events = MessageEvents(reply: reply, number: number, model: request.model ?? "")
        switch reply.content {
        case .error(let status, let headers):
            return failure(status, "scripted", headers)
        case .hang:
            await Gate().wait()
            return failure(500, "the test is over")
        case .text(_, let gate) where request.isStreamed:
            return stream(events.streamed, gate: gate)
        case .cut where request.isStreamed:
            return stream(events.streamed, thenCut: true)
        case .tools where request.isStreamed:
            return stream(events.streamed)
        case .text, .cut, .tools:
            return json(200, events.message)
        }
    }

    private static func stream(
        _ events: (before: [UInt8], after: [UInt8]),
        gate: Gate? = nil,
        thenCut: Bool = false
    ) -> Response {
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(bytes: events.before))
            await gate?.wait()
            if thenCut { throw Cut() }
            try await writer.write(ByteBuffer(bytes: events.after))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8"], body: body)
    }

    private static func json(_ status: Int, _ body: JSONValue, _ headers: [String: String] = [:]) -> Response {
        var fields: HTTPFields = [.contentType: "application/json"]
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let body = ResponseBody(byteBuffer: ByteBuffer(bytes: body.encoded))
        return Response(status: .init(code: status), headers: fields, body: body)
    }

    private static func failure(_ status: Int, _ message: String, _ headers: [String: String] = [:]) -> Response {
        let type = types[status] ?? "api_error"
        return json(
            status,
            ["type": "error", "error": ["type": .string(type), "message": .string(message)]],
            headers
        )
    }

    private static let types = [
        400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
        413: "request_too_large", 429: "rate_limit_error", 529: "overloaded_error",
    ]
}
