import ExecutorAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Lets only those in who know the token in the run's folder.
struct TokenMiddleware<Context: RequestContext>: RouterMiddleware {
    let places: Places

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let given = [UInt8]((request.headers[.authorization] ?? "").utf8)
        // Read anew each time, because the service may write it after the executor started.
        let stored = (try? SafeFile.read(places.inRun(RunFolder.token))) ?? nil
        let token = (stored ?? []).filter { $0 > 0x20 }
        guard !token.isEmpty, Self.areEqual(given, [UInt8]("Bearer ".utf8) + token) else {
            throw CallFailure(.unauthorized, "unauthorized", "The bearer token is missing or wrong.")
        }
        return try await next(request, context)
    }

    /// Compares in a time that does not depend on where the bytes differ.
    private static func areEqual(_ given: [UInt8], _ wanted: [UInt8]) -> Bool {
        var difference = given.count ^ wanted.count
        for index in given.indices {
            difference |= Int(given[index] ^ wanted[index % wanted.count])
        }
        return difference == 0
    }
}

/// Makes every failure an `ErrorResponse`.
struct FailureMiddleware<Context: RequestContext>: RouterMiddleware {
    let logger: Logger

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let failure as CallFailure {
            return try Response.json(failure.response, status: .init(code: failure.status.rawValue))
        } catch let error as any HTTPResponseError {
            let code = error.status == .notFound ? "not_found" : "bad_request"
            return try Response.json(
                ErrorResponse(code: code, message: error.status.reasonPhrase),
                status: error.status
            )
        } catch {
            logger.error("a call failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return try Response.json(
                ErrorResponse(code: "internal", message: "\(error)"),
                status: .internalServerError
            )
        }
    }
}
