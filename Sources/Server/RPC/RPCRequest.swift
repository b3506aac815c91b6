import AgentStream
import HTTPTypes
import Hummingbird

/// One of the calls in a request.
struct RPCCall: Sendable {
    let index: Int
    let path: String
    /// Nil for a path that names nothing.
    let procedure: Procedure?
}

/// What a request asks for, once it has been found to be in order as a whole.
struct RPCRequest: Sendable {
    let method: HTTPRequest.Method
    let calls: [RPCCall]
    let isBatch: Bool
    /// Whether the answer is to be a JSONL stream.
    let wantsLines: Bool
    let context: Procedure.Context
    let query: RPCQuery
    /// Where a reader of a subscription was; nil when it comes for the first time.
    let lastEventID: String?

    /// Looks at everything but the input, in the reference's order.
    ///
    /// - Throws: `RPCError` for what fails a request as a whole.
    init(_ request: Request, below mount: String, table: ProcedureTable, maximumBatch: Int) throws(RPCError) {
        guard let path = request.uri.path.dropFirst(mount.count + 1).removingPercentEncoding() else {
            throw RPCError(.internalServerError, "URI malformed")
        }
        try Self.checkContentType(request)
        method = request.method
        query = RPCQuery(request.uri.query ?? "")
        isBatch = query["batch"] == "1"
        let paths = isBatch ? path.split(separator: ",", omittingEmptySubsequences: false).map(String.init) : [path]
        guard paths.count <= maximumBatch else { throw RPCError(.badRequest, "Batch call exceeds maximum size") }
        calls = paths.enumerated()
            .map { RPCCall(index: $0.offset, path: $0.element, procedure: table.procedures[$0.element]) }
        try Self.checkKinds(calls)
        context = Procedure.Context(
            target: request.head.path ?? "",
            connectionParams: try Self.connectionParams(query["connectionParams"])
        )
        wantsLines = Self.acceptsLines(request.headers)
        if wantsLines, !isBatch {
            throw RPCError(.badRequest, "Streaming requests must be batched (you can do a batch of 1)")
        }
        lastEventID = calls[0].procedure?.kind == .subscription ? Self.lastEventID(request.headers, query) : nil
    }

    private static func lastEventID(_ headers: HTTPFields, _ query: RPCQuery) -> String? {
        let id = headers[.lastEventID] ?? query["lastEventId"] ?? query["Last-Event-Id"]
        return id?.isEmpty == true ? nil : id
    }

    private static func checkContentType(_ request: Request) throws(RPCError) {
        let type = request.headers[.contentType]
        if let type, type.hasPrefix("application/json") { return }
        for other in ["multipart/form-data", "application/octet-stream"] where type?.hasPrefix(other) == true {
            guard request.method != .post else { break }
            throw RPCError(.methodNotSupported, "Only POST requests are supported for \(other) requests")
        }
        guard request.method != .get else { return }
        guard let type else { throw RPCError(.unsupportedMediaType, "Missing content-type header") }
        // The missing quotation mark is tRPC's.
        throw RPCError(.unsupportedMediaType, "Unsupported content-type \"\(type)")
    }

    private static func checkKinds(_ calls: [RPCCall]) throws(RPCError) {
        var kinds: [Procedure.Kind] = []
        for call in calls {
            if let kind = call.procedure?.kind, !kinds.contains(kind) { kinds.append(kind) }
        }
        guard kinds.count < 2 else {
            let names = kinds.map(\.rawValue).joined(separator: ", ")
            throw RPCError(.badRequest, "Cannot mix procedure types in call: \(names)")
        }
    }

    private static func connectionParams(_ text: String?) throws(RPCError) -> [String: String] {
        guard let text else { return [:] }
        guard let value = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 4) else {
            throw RPCError(.parseError, "Not JSON-parsable query params")
        }
        guard !value.isNull else { return [:] }
        guard let object = value.object, object.allSatisfy({ $0.value.string != nil }) else {
            throw RPCError(.parseError, "Invalid connection params shape")
        }
        return Dictionary(object.map { ($0.key, $0.value.string ?? "") }) { $1 }
    }

    private static func acceptsLines(_ headers: HTTPFields) -> Bool {
        let lines = "application/jsonl"
        if headers[.trpcAccept] == lines { return true }
        guard let accept = headers[.accept], accept.contains(lines) else { return false }
        return accept.split(separator: ",").contains { $0.trimmingPrefix(while: \.isWhitespace) == lines }
    }
}

/// The parameters of a query; of two with one name the first counts.
struct RPCQuery: Sendable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The value of a parameter, decoded as a form; nil when it is not there.
    subscript(_ name: String) -> String? {
        if text.isEmpty { return nil }
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0] == name || parts[0].formDecoded == name else { continue }
            return parts.count > 1 ? parts[1].formDecoded : ""
        }
        return nil
    }
}
