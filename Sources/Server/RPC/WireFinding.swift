import AgentStream
import Model

/// What the reaper found, on the wire.
enum WireFinding {
    static let schema = Schema.object(
        [
            .required("kind", .word(InstanceSighting.Kind.allCases.map(\.rawValue))),
            .required("id", .text),
            .required("runId", .nullable(.id)),
            .required("createdAt", .nullable(.time)),
            .required("state", .nullable(.text)),
            .required("decision", .word(["keep", "remove"])),
            .required("reason", .text),
            .required("isRemoved", .boolean),
        ],
        unknown: .refuse
    )

    static func value(_ finding: ReaperFinding) -> JSONValue {
        let sighting = finding.sighting
        let (decision, reason) =
            switch finding.decision {
            case .keep(let keep): ("keep", keep.rawValue)
            case .remove(let reason): ("remove", reason.rawValue)
            }
        return [
            "kind": .string(sighting.kind.rawValue),
            "id": .string(sighting.id),
            "runId": sighting.run.map { .string($0.rawValue) } ?? .null,
            "createdAt": sighting.createdAt.map { .string($0.iso8601) } ?? .null,
            "state": sighting.state.map { .string($0) } ?? .null,
            "decision": .string(decision),
            "reason": .string(reason),
            "isRemoved": .bool(finding.isRemoved),
        ]
    }
}
