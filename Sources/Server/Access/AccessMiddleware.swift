import HTTPTypes
import Hummingbird
import Logging
import Model

/// Lets only those requests through that the listener's rules allow, and tells browsers which pages may read answers.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = ConnectionContext

    let configured: Setting<AccessRules>
    let authentication: Authentication
    let logger: Logger

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let rules = configured.current
        var context = context
        context.origin = await ClientOrigin(context.channel)
        var response = try await answer(request, &context, rules, next)
        if response.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if response.status == .tooManyRequests, case .limited(let wait) = context.access {
            response.headers[.retryAfter] = wait.wholeSeconds
        }
        if rules.origins.isOpen { allow(rules, request.headers[.origin], &response.headers) }
        return response
    }

    private func answer(
        _ request: Request,
        _ context: inout Context,
        _ rules: AccessRules,
        _ next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if let refusal = rules.refusal(of: request.head) {
            return .text(HTTPResponse.Status(code: refusal.status), refusal.text)
        }
        // A browser asks before it sends a token, so that its question has none.
        if request.method == .options, rules.origins.allowance(for: request.headers[.origin]) != nil {
            return preflight(request)
        }
        context.access = authentication.access(of: request.head, from: context.origin, rules)
        // The RPC tells callers in its own way, and has a further place for the token.
        guard !RPCEndpoint.serves(request.uri.path) else { return try await handled(request, context, next) }
        if !SignIn.isOpen(request.uri.path), let refusal = Self.refusal(of: request, context.access) { return refusal }
        var response = try await handled(request, context, next)
        if EventText.isStream(response) {
            response.body = authentication.guarded(response.body, for: context.access.caller)
        }
        return response
    }

    private func handled(
        _ request: Request,
        _ context: Context,
        _ next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError {
            return try error.response(from: request, context: context)
        } catch {
            logger.error("a request failed", metadata: ["error": "\(error)"])
            return Response(status: .internalServerError)
        }
    }

    private static func refusal(of request: Request, _ access: Access) -> Response? {
        switch access {
        case .granted: nil
        case .limited:
            .text(.tooManyRequests, "Too many wrong tokens came from this address.\n")
        case .denied:
            SignIn.redirect(request)
                ?? .text(.unauthorized, "This listener needs a token: Authorization: Bearer <token>.\n")
        }
    }

    private func preflight(_ request: Request) -> Response {
        var headers: HTTPFields = [
            .accessControlAllowMethods: "GET,HEAD,PUT,PATCH,POST,DELETE",
            .vary: "Access-Control-Request-Headers",
            .accessControlMaxAge: "600",
        ]
        headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders]
        return Response(status: .noContent, headers: headers)
    }

    private func allow(_ rules: AccessRules, _ origin: String?, _ headers: inout HTTPFields) {
        headers[.accessControlAllowOrigin] = rules.origins.allowance(for: origin)
        guard rules.origins.tellsOriginsApart else { return }
        headers[.vary] = (headers[.vary].map { "\($0), " } ?? "") + "Origin"
    }
}
