import AgentStream
import Logging
import Model
import Store

/// Keeps who changed what.
struct AuditTrail: Sendable {
    /// What is kept of a call: ids, names and which fields were given, never what was in the others.
    struct Call: Sendable {
        let procedure: String
        let target: String?
        let detail: String?
    }

    let store: Store
    let logger: Logger

    /// Writes an entry right after what it tells of; that it cannot be written is logged and changes nothing.
    func note(_ call: Call, _ outcome: AuditEntry.Outcome, by caller: Caller) async {
        let entry = AuditEntry(
            at: store.clock.now,
            actor: caller.name,
            role: caller.role,
            via: caller.via,
            procedure: call.procedure,
            outcome: outcome,
            target: call.target,
            detail: call.detail
        )
        do {
            try await store.audit(entry)
        } catch {
            logger.error(
                "who changed what could not be kept",
                metadata: ["message.id": "store_failed", "rpc.path": "\(call.procedure)", "error": "\(error)"]
            )
        }
    }
}

extension AuditTrail.Call {
    /// The fields whose values are ids, names and words.
    private static let told = ["name", "task", "taskId", "role"]

    /// - Parameters:
    ///   - procedure: What was called.
    ///   - input: Its input, which may be anything when the call was refused.
    ///   - answer: What it answered, which has the id of what is new.
    init(_ procedure: Procedure, _ input: JSONValue?, _ answer: Procedure.Answer?) {
        var target = input?["id"]?.string
        if target == nil, case .json(let bytes) = answer { target = (try? JSONValue(parsing: bytes))?["id"]?.string }
        let fields = (procedure.input?.fieldNames ?? []).filter { $0 != "id" && input?[$0] != nil }
        var detail = JSONObject()
        for name in Self.told where fields.contains(name) {
            detail[name] = (input?[name]?.string).map { .string(String($0.prefix(200))) }
        }
        if !fields.isEmpty { detail["fields"] = .array(fields.map { .string($0) }) }
        self.init(
            procedure: procedure.name,
            target: target.map { String($0.prefix(128)) },
            detail: fields.isEmpty ? nil : String(decoding: JSONValue.object(detail).encoded, as: UTF8.self)
        )
    }
}

extension Schema {
    /// The names of an object's fields.
    fileprivate var fieldNames: [String] {
        switch self {
        case .object(let fields, _): fields.map(\.name)
        case .optional(let schema), .nullable(let schema): schema.fieldNames
        default: []
        }
    }
}
