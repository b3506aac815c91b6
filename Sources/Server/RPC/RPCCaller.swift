import AgentStream
import HTTPTypes
import Logging
import Model
import OpsMetrics
import Store

/// What came of a call.
typealias RPCOutcome = Result<Procedure.Answer, RPCError>

/// Makes the calls of one request.
struct RPCCaller: Sendable {
    let request: RPCRequest
    let options: RPCOptions
    /// Who calls, and what they may.
    let access: Access
    let audit: AuditTrail
    let metrics: RPCMetrics?
    let logger: Logger

    var envelope: RPCEnvelope { RPCEnvelope(tellsStacks: options.tellsStacks) }

    /// Whether a call will look at its input.
    func readsInput(_ call: RPCCall) -> Bool {
        guard call.procedure?.input != nil else { return false }
        let refusal = refusal(of: call)
        // What somebody tried who may not is kept.
        return refusal == nil || refusal?.code == .forbidden
    }

    /// Makes a call and counts it, unless it is a subscription that has only begun; whatever happens to it stays with
    /// it.
    func outcome(of call: RPCCall, _ inputs: RPCInputs) async -> RPCOutcome {
        let outcome = await answer(call, inputs)
        switch outcome {
        case .success(.events): break
        case .success: count(call, nil)
        case .failure(let error): count(call, error)
        }
        return outcome
    }

    /// Counts what a call came to.
    func count(_ call: RPCCall, _ error: RPCError?) {
        metrics?.count(call.path, code: error?.code.rawValue)
    }

    private func answer(_ call: RPCCall, _ inputs: RPCInputs) async -> RPCOutcome {
        guard let procedure = call.procedure else { return .failure(Self.unknown(call)) }
        if let refusal = refusal(of: call) {
            if refusal.code == .forbidden { await note(procedure, .refused, try? inputs.value(of: call)) }
            return .failure(refusal)
        }
        do {
            let input = procedure.input == nil ? nil : resumed(try inputs.value(of: call), procedure)
            if let refusal = refusal(of: procedure, with: input) {
                await note(procedure, .refused, input)
                return .failure(refusal)
            }
            let answer = try await procedure.call(input, request.context)
            await note(procedure, .done, input, answer)
            return checked(answer, procedure, call)
        } catch {
            return .failure(translated(error, call))
        }
    }

    /// Keeps who called a mutation.
    private func note(
        _ procedure: Procedure,
        _ outcome: AuditEntry.Outcome,
        _ input: JSONValue?,
        _ answer: Procedure.Answer? = nil
    ) async {
        guard procedure.kind == .mutation, let caller = access.caller else { return }
        await audit.note(AuditTrail.Call(procedure, input, answer), outcome, by: caller)
    }

    /// What a handler throws, in tRPC's terms.
    func translated(_ error: any Error, _ call: RPCCall) -> RPCError {
        switch error {
        case let error as RPCError where error.code != .internalServerError: return error
        case let error as StoreError where error.code == .notFound: return RPCError(.notFound, error.message)
        case let error as StoreError where error.code == .conflict || error.code == .stale:
            return RPCError(.conflict, error.message)
        case let error as StoreError where error.code == .noRoom: return RPCError(.serviceUnavailable, error.message)
        case let error as StoreError where error.code == .full: return RPCError(.tooManyRequests, error.message)
        case let problem as InputProblem:
            return RPCError(.badRequest, SchemaIssue.text([.custom(problem.path, problem.message)]))
        case is CancellationError:
            return RPCError(.clientClosedRequest, "The call was cancelled.")
        default:
            let failure = error as? RPCError ?? RPCError(.internalServerError, "\(error)")
            return told(failure, call)
        }
    }

    /// The answer to a call that failed by no fault of its caller's, which is the only one that is told to operators.
    private func told(_ error: RPCError, _ call: RPCCall) -> RPCError {
        logger.error(
            "a procedure failed",
            metadata: ["message.id": "call_failed", "rpc.path": "\(call.path)", "error": "\(error.message)"]
        )
        return error
    }

    /// Why a call is not made, in the reference's order; nil when it may be.
    private func refusal(of call: RPCCall) -> RPCError? {
        guard let procedure = call.procedure else { return Self.unknown(call) }
        guard accepts(procedure.kind) else {
            return RPCError(
                .methodNotSupported,
                "Unsupported \(request.method.rawValue)-request to \(procedure.kind.rawValue) procedure at path "
                    + "\"\(call.path)\""
            )
        }
        if procedure.kind == .subscription, request.isBatch {
            return RPCError(.badRequest, "Cannot batch subscription calls")
        }
        return refusal(of: procedure, with: nil)
    }

    /// Why somebody may not call a procedure, or not with this input.
    private func refusal(of procedure: Procedure, with input: JSONValue?) -> RPCError? {
        let role = procedure.role(for: input)
        return switch access {
        case .granted(let caller) where caller.role < role:
            RPCError(
                .forbidden,
                "\(procedure.name)\(role > procedure.role ? " with this input" : "") needs the role \(role); "
                    + "\(caller.name) has the role \(caller.role)."
            )
        case .granted: nil
        case .denied: RPCError(.unauthorized, "UNAUTHORIZED")
        case .limited: RPCError(.tooManyRequests, "Too many wrong tokens came from this address.")
        }
    }

    private static func unknown(_ call: RPCCall) -> RPCError {
        RPCError(.notFound, "No procedure found on path \"\(call.path)\"")
    }

    private func accepts(_ kind: Procedure.Kind) -> Bool {
        switch kind {
        case .mutation: request.method == .post
        case .query, .subscription:
            request.method == .get || (options.allowsMethodOverride && request.method == .post)
        }
    }

    /// A subscription's input with the place where its reader was.
    private func resumed(_ input: JSONValue?, _ procedure: Procedure) -> JSONValue? {
        guard procedure.kind == .subscription, let id = request.lastEventID else { return input }
        switch input {
        case nil, .null: return ["lastEventId": .string(id)]
        case .object(var object):
            object["lastEventId"] = .string(id)
            return .object(object)
        default: return input
        }
    }

    private func checked(_ answer: Procedure.Answer, _ procedure: Procedure, _ call: RPCCall) -> RPCOutcome {
        switch (answer, procedure.kind) {
        case (.events, .subscription): .success(answer)
        case (_, .subscription), (.events, _):
            .failure(
                told(
                    RPCError(
                        .internalServerError,
                        "\(procedure.name) does not answer as a \(procedure.kind.rawValue) must."
                    ),
                    call
                )
            )
        case (.deferred, _) where !request.wantsLines:
            .failure(
                RPCError(
                    .unsupportedMediaType,
                    "Cannot use stream-like response in non-streaming request - use httpBatchStreamLink"
                )
            )
        default: .success(answer)
        }
    }
}

extension InputProblem {
    /// The way to the field, key by key.
    var path: [SchemaIssue.PathItem] {
        field.split(separator: ".").map { .key(String($0)) }
    }
}
