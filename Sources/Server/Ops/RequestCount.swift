import HTTPTypes
import Hummingbird
import OpsMetrics

/// Counts requests, and those who follow a stream.
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
        var response = try await next(request, context)
        let route = Self.route(context.endpointPath)
        http.requests[route, request.method.rawValue, "\(response.status.code)"].increment()
        countCalls(request, route, response.status)
        if response.headers[.contentType]?.hasPrefix("text/event-stream") == true {
            response.body = followed(response.body)
        } else if !Self.untimed.contains(route) {
            http.duration[route].observe(began.duration(to: .now))
        }
        return response
    }

    /// The template of a path, as metrics show it.
    private static func route(_ path: String?) -> String {
        path == "\(RPCEndpoint.mount)/**" ? "\(RPCEndpoint.mount)/{procedure}" : path ?? "other"
    }

    /// Counts the procedures that a request names; those of one batch share its status.
    private func countCalls(_ request: Request, _ route: String, _ status: HTTPResponse.Status) {
        let prefix = "\(RPCEndpoint.mount)/"
        guard request.uri.path.hasPrefix(prefix) else { return }
        let code =
            switch status.code {
            case 200: "ok"
            case 400: "bad_request"
            case 401: "unauthorized"
            case 404: "not_found"
            case 409: "conflict"
            case 500...599: "internal"
            default: "other"
            }
        for procedure in request.uri.path.dropFirst(prefix.count).split(separator: ",").prefix(100) {
            metrics.http.procedures[String(procedure), code].increment()
        }
    }

    /// A stream's body that counts its reader for as long as it is written.
    private func followed(_ body: ResponseBody) -> ResponseBody {
        ResponseBody { [streams = metrics.streams] writer in
            streams.readers.increment()
            defer { streams.readers.decrement() }
            do {
                try await body.write(writer)
                streams.disconnects["end"].increment()
            } catch {
                streams.disconnects[error is CancellationError ? "shutdown" : "client"].increment()
                throw error
            }
        }
    }
}
