import AgentStream
import HTTPTypes
import Hummingbird
import Logging
import Model
import NIOCore
import Store

/// Answers `/trpc/<procedure>`: finds the procedure, calls it, wraps what it says.
struct RPCEndpoint: Sendable {
    static let mount = "/trpc"
    static let maximumBody = 4 << 20

    let table: ProcedureTable

    func respond(to request: Request, logger: Logger) async -> Response {
        if request.method == .head { return Response(status: .noContent) }
        if let refusal = Self.contentTypeRefusal(request) { return Self.response(refusal, path: nil) }
        guard let path = Self.path(of: request) else {
            return Self.response(RPCError(.internalServerError, "URI malformed"), path: nil)
        }
        do {
            return Self.response(try await call(path, request))
        } catch let error as RPCError {
            return Self.response(error, path: path)
        } catch {
            logger.error("a procedure failed", metadata: ["rpc.path": "\(path)", "error": "\(error)"])
            return Self.response(RPCError(.internalServerError, "\(error)"), path: path)
        }
    }

    private func call(_ path: String, _ request: Request) async throws -> Procedure.Answer {
        guard let procedure = table.procedures[path] else {
            throw RPCError(.notFound, "No procedure found on path \"\(path)\"")
        }
        guard request.method == (procedure.kind == .query ? .get : .post) else {
            throw RPCError(
                .methodNotSupported,
                "Unsupported \(request.method.rawValue)-request to \(procedure.kind.rawValue) procedure at path \"\(path)\""
            )
        }
        do {
            guard procedure.kind == .mutation else {
                return try await procedure.call(Self.query(request, "input").map { Array($0.utf8) }, isBody: false)
            }
            return try await procedure.call(try await Self.body(of: request), isBody: true)
        } catch {
            throw Self.rpcError(error)
        }
    }

    private static func body(of request: Request) async throws -> [UInt8] {
        do {
            let buffer = try await request.body.collect(upTo: maximumBody)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw RPCError(.payloadTooLarge, "PAYLOAD_TOO_LARGE")
        } catch  where !(error is CancellationError) {
            // All else that stops a body is of the client's making, such as chunks that break HTTP's rules.
            throw RPCError(.badRequest, "The body cannot be read: \(error)")
        }
    }

    /// What a handler throws in tRPC's terms; whatever is not expected stays what it is.
    private static func rpcError(_ error: any Error) -> any Error {
        switch error {
        case let error as StoreError:
            switch error.code {
            case .notFound: RPCError(.notFound, error.message)
            case .conflict, .stale: RPCError(.conflict, error.message)
            case .newerSchema, .unusable: error
            }
        case let problem as InputProblem:
            RPCError(.badRequest, SchemaIssue.text([.custom(problem.path, problem.message)]))
        default: error
        }
    }

    /// The procedure's name: all that follows the mount, percent-decoded; nil when that cannot be decoded.
    private static func path(of request: Request) -> String? {
        request.uri.path.dropFirst(mount.count + 1).removingPercentEncoding(plusIsSpace: false)
    }

    /// A parameter of the query, decoded as a form.
    private static func query(_ request: Request, _ name: String) -> String? {
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].removingPercentEncoding(plusIsSpace: true) == name else { continue }
            return parts.count > 1 ? parts[1].removingPercentEncoding(plusIsSpace: true) : ""
        }
        return nil
    }

    private static func contentTypeRefusal(_ request: Request) -> RPCError? {
        guard request.method != .get else { return nil }
        guard let type = request.headers[.contentType] else {
            return RPCError(.unsupportedMediaType, "Missing content-type header")
        }
        // The missing quotation mark is tRPC's.
        return type.hasPrefix("application/json")
            ? nil : RPCError(.unsupportedMediaType, "Unsupported content-type \"\(type)")
    }

    private static let vary = "trpc-accept, accept"

    private static func response(_ answer: Procedure.Answer) -> Response {
        switch answer {
        case .json(let data):
            return Response(
                status: .ok,
                headers: headers("application/json"),
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: RPCEnvelope.success(data)))
            )
        case .pieces(let pieces):
            let body = ResponseBody { writer in
                try await writer.write(ByteBuffer(bytes: RPCEnvelope.successHead))
                for try await piece in pieces where !piece.isEmpty {
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                try await writer.write(ByteBuffer(bytes: RPCEnvelope.successTail))
                try await writer.finish(nil)
            }
            return Response(status: .ok, headers: headers("application/json"), body: body)
        }
    }

    /// A failed call; a whole request that failed has no path, and a content type that is tRPC's accident.
    static func response(_ error: RPCError, path: String?) -> Response {
        Response(
            status: HTTPResponse.Status(code: error.code.httpStatus),
            headers: headers(path == nil ? "text/plain;charset=UTF-8" : "application/json"),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: RPCEnvelope.failure(error, path: path)))
        )
    }

    private static func headers(_ contentType: String) -> HTTPFields {
        [.contentType: contentType, .vary: vary]
    }
}

extension InputProblem {
    fileprivate var path: [SchemaIssue.PathItem] {
        field.split(separator: ".").map { .key(String($0)) }
    }
}
