import HTTPTypes
import Hummingbird
import NIOCore

/// Lets only those requests through that the listener's rules allow.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = ConnectionContext

    let rules: AccessRules

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let refusal = rules.refusal(of: request.head) else { return try await next(request, context) }
        return Response(
            status: HTTPResponse.Status(code: refusal.status),
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: refusal.text))
        )
    }
}
