import HTTPTypes
import Hummingbird

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
        let status = HTTPResponse.Status(code: refusal.status)
        var response = Response.text(status, refusal.text)
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}
