import AgentStream
import Model
import Store

/// What becomes of tasks and schedules when files are applied.
struct DeclarationPlan {
    /// One thing that happens.
    struct Change: Hashable {
        /// What happens.
        enum Action: String, CaseIterable {
            case create
            case update
            /// It is what the file says, and from now on the file's.
            case adopt
            case delete
            /// No file declares it any more, and it stays.
            case keep
        }

        let action: Action
        let kind: DeclarationSchema.Kind
        let slug: String
        let file: String
        var differences: [FieldDifference] = []
        /// What is to be said of it beside.
        var note: String?
    }

    var changes: [Change] = []
    /// How many are as the files say.
    var unchanged = 0
    var problems: [DeclarationProblem] = []
    /// What the store is asked to do.
    var steps: [DeclaredChange] = []
    /// Whether runs of slots that are due are about to be made, and the plan is better made when they are.
    var isAwaited = false

    /// The plan as an answer.
    ///
    /// - Parameters:
    ///   - files: The files of the documents.
    ///   - isApplied: Whether it was carried out.
    /// - Returns: The answer, without what is secret.
    func value(files: [String], isApplied: Bool) -> JSONValue {
        [
            "applied": .bool(isApplied),
            "changes": .array(changes.map(\.value)),
            "unchanged": JSONValue(unchanged),
            "problems": .array(problems.map { $0.value(file: files[$0.document]) }),
        ]
    }

    static let schema = Schema.object(
        [
            .required("applied", .boolean),
            .required("changes", .array(of: Change.schema, maximum: .max)),
            .required("unchanged", .integer(0...(.max))),
            .required("problems", .array(of: DeclarationProblem.schema, maximum: .max)),
        ],
        unknown: .refuse
    )
}

extension DeclarationPlan.Change {
    fileprivate var value: JSONValue {
        [
            "action": .string(action.rawValue), "kind": .string(kind.rawValue), "slug": .string(slug),
            "file": .string(file), "note": note.map { .string($0) } ?? .null,
            "fields": .array(differences.map { SecretValues.hidden($0).value }),
        ]
    }

    fileprivate static let schema = Schema.object(
        [
            .required("action", .word(Action.allCases.map(\.rawValue))),
            .required("kind", .word(DeclarationSchema.Kind.allCases.map(\.rawValue))),
            .required("slug", .text), .required("file", .text), .required("note", .nullable(.text)),
            .required("fields", .array(of: FieldDifference.schema, maximum: .max)),
        ],
        unknown: .refuse
    )
}
