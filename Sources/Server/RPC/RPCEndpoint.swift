import AgentStream
import HTTPTypes
import Hummingbird
import Logging
import Model
import NIOCore
import OpsMetrics

/// Answers `/trpc/<procedure>` and `/trpc/<procedure>,<procedure>?batch=1`.
struct RPCEndpoint: Sendable {
    static let mount = "/trpc"

    let table: ProcedureTable
    let options: RPCOptions
    let timings: ServerTimings
    let rules: Setting<AccessRules>
    let authentication: Authentication
    let audit: AuditTrail
    let metrics: RPCMetrics?
    let readers: ReaderCount

    /// Whether a path is answered here.
    static func serves(_ path: String) -> Bool {
        path == mount || path.hasPrefix(mount + "/")
    }

    func respond(to request: Request, context: ConnectionContext, logger: Logger) async -> Response {
        if request.method == .head { return Response(status: .noContent) }
        let rpc: RPCRequest
        do throws(RPCError) {
            rpc = try RPCRequest(request, below: Self.mount, table: table, maximumBatch: options.maximumBatch)
        } catch {
            return whole(error)
        }
        let caller = RPCCaller(
            request: rpc,
            options: options,
            access: access(of: rpc, context),
            audit: audit,
            metrics: metrics,
            logger: logger
        )
        // Whoever needs no input is not hurt by one that cannot be read.
        let inputs =
            rpc.calls.contains(where: caller.readsInput)
            ? await RPCInputs(of: request, for: rpc, maximumBody: options.maximumBody) : .values([])
        if rpc.isBatch { return await batch(caller, inputs, context) }
        return await single(rpc.calls[0], caller, inputs, context)
    }

    /// An EventSource can send no headers, so that a subscription's token may come in the query.
    private func access(of rpc: RPCRequest, _ context: ConnectionContext) -> Access {
        guard case .denied = context.access, rpc.calls.first?.procedure?.kind == .subscription,
            let token = rpc.context.connectionParams["token"]
        else { return context.access }
        return authentication.access(showing: token, from: context.origin, rules.current)
    }

    private func single(
        _ call: RPCCall,
        _ caller: RPCCaller,
        _ inputs: RPCInputs,
        _ context: ConnectionContext
    ) async -> Response {
        let outcome = await caller.outcome(of: call, inputs)
        if call.procedure?.kind == .subscription {
            let stream = SubscriptionStream(outcome: outcome, call: call, caller: caller, readers: readers)
            let connection = await context.watch()
            let body = ResponseBody.streamed(timings, on: context.channel) { writer in
                try await stream.write(to: &writer, until: connection)
            }
            let guarded = authentication.guarded(body, for: caller.access.caller)
            return Response(status: .ok, headers: Self.eventHeaders, body: guarded)
        }
        let envelopes = RPCEnvelopes(calls: [call], outcomes: [outcome], envelope: caller.envelope, isBatch: false)
        return response(envelopes, context)
    }

    private func batch(_ caller: RPCCaller, _ inputs: RPCInputs, _ context: ConnectionContext) async -> Response {
        let calls = caller.request.calls
        guard !caller.request.wantsLines else {
            let stream = LineStream(caller: caller, inputs: inputs)
            let body = ResponseBody.streamed(timings, on: context.channel) { try await stream.write(to: &$0) }
            return Response(status: .ok, headers: Self.headers("application/json"), body: body)
        }
        let outcomes = await withTaskGroup(of: (Int, RPCOutcome).self) { group in
            for call in calls { group.addTask { (call.index, await caller.outcome(of: call, inputs)) } }
            var outcomes = [RPCOutcome](repeating: .success(.undefined), count: calls.count)
            for await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes
        }
        let envelopes = RPCEnvelopes(calls: calls, outcomes: outcomes, envelope: caller.envelope, isBatch: true)
        return response(envelopes, context)
    }

    private func response(_ envelopes: RPCEnvelopes, _ context: ConnectionContext) -> Response {
        let body =
            envelopes.buffer.map { ResponseBody(byteBuffer: $0) }
            ?? ResponseBody.streamed(timings, on: context.channel) { try await envelopes.write(to: &$0) }
        return Response(
            status: Self.status(envelopes.status),
            headers: Self.headers("application/json"),
            body: body
        )
    }

    /// A request that failed as a whole: it has no path, and a content type that is tRPC's accident.
    private func whole(_ error: RPCError) -> Response {
        // Which procedures it was for is not known, and it may name none.
        metrics?.count("other", code: error.code.rawValue)
        let bytes = RPCEnvelope(tellsStacks: options.tellsStacks).failure(error, path: nil)
        return Response(
            status: Self.status(error.code.httpStatus),
            headers: Self.headers("text/plain;charset=UTF-8"),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    private static func status(_ code: Int) -> HTTPResponse.Status {
        HTTPResponse.Status(code: code, reasonPhrase: code == 499 ? "unknown" : "")
    }

    private static let vary = "trpc-accept, accept"

    private static func headers(_ contentType: String) -> HTTPFields {
        [.contentType: contentType, .vary: vary]
    }

    private static let eventHeaders: HTTPFields = {
        var headers = EventText.headers
        headers[.connection] = "keep-alive"
        headers[.vary] = vary
        return headers
    }()
}
