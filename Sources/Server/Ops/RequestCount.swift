import HTTPTypes
import Hummingbird
import OpsMetrics

/// Counts requests.
struct RequestCount: RouterMiddleware {
    typealias Context = ConnectionContext

    let metrics: CaretakerMetrics

    /// What is asked so often, or takes so long by its nature, that its durations say nothing.
    private static let untimed: Set<String> = [
        OpsPages.live, OpsPages.ready, OpsPages.healthy, OpsPages.isReady, OpsPages.scrape,
    ]

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let http = metrics.http
        http.inFlight.increment()
        defer { http.inFlight.decrement() }
        let began = ContinuousClock.now
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            let status = (error as? any HTTPResponseError)?.status ?? .internalServerError
            count(request, context, status)
            throw error
        }
        let route = count(request, context, response.status)
        if !EventText.isStream(response), !Self.untimed.contains(route) {
            http.duration[route].observe(began.duration(to: .now))
        }
        return response
    }

    /// Counts an answer under its route, which is known when the router has found it.
    @discardableResult
    private func count(_ request: Request, _ context: Context, _ status: HTTPResponse.Status) -> String {
        let route = Self.route(context.endpointPath)
        metrics.http.requests[route, request.method.rawValue, "\(status.code)"].increment()
        return route
    }

    /// The template of a path, as metrics show it.
    private static func route(_ path: String?) -> String {
        path == "\(RPCEndpoint.mount)/**" ? "\(RPCEndpoint.mount)/{procedure}" : path ?? "other"
    }
}
