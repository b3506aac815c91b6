import AgentStream
import Model
import Store

/// The procedures on the list of who changed what.
struct AuditProcedures: Sendable {
    let store: Store
    let zones: ScheduleZones

    var all: [Procedure] {
        [
            Procedure(
                "audit.list",
                .query,
                role: .admin,
                input: .optional(Self.input),
                output: .array(of: Self.schema, maximum: 500),
                handler: list
            )
        ]
    }

    private static let input = Schema.object(
        [
            .optional("since", .string(lengths: 1...40)), .optional("before", .integer(1...(.max))),
            .optional("limit", .integer(1...500)),
        ],
        unknown: .refuse
    )

    static let schema = Schema.object(
        [
            .required("number", .integer(1...(.max))), .required("at", .time), .required("actor", .text),
            .required("role", TokenProcedures.role),
            .required("via", .word(AuditEntry.Via.allCases.map(\.rawValue))), .required("procedure", .text),
            .required("outcome", .word(AuditEntry.Outcome.allCases.map(\.rawValue))),
            .required("target", .nullable(.text)), .required("detail", .nullable(.object([], unknown: .keep))),
        ],
        unknown: .refuse
    )

    private func list(_ input: JSONValue) async throws -> Procedure.Answer {
        let filter = Store.AuditFilter(
            since: try input["since"]?.string.map { try zones.instant($0, in: "UTC", field: "since") },
            before: (input["before"]?.int).map(Int64.init),
            limit: input["limit"]?.int ?? 100
        )
        return .value(.array(try await store.audit(filter).map(Self.value)))
    }

    private static func value(_ numbered: NumberedAuditEntry) -> JSONValue {
        let entry = numbered.entry
        return [
            "number": JSONValue(Int(numbered.number)), "at": .string(entry.at.iso8601), "actor": .string(entry.actor),
            "role": .string(entry.role.rawValue), "via": .string(entry.via.rawValue),
            "procedure": .string(entry.procedure), "outcome": .string(entry.outcome.rawValue),
            "target": entry.target.map { .string($0) } ?? .null,
            "detail": entry.detail.flatMap { try? JSONValue(parsing: Array($0.utf8)) } ?? .null,
        ]
    }
}
