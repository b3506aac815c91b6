import AgentStream
import Model
import Store

/// The procedures on tokens.
struct TokenProcedures: Sendable {
    let store: Store

    /// Names by which others than tokens go.
    private static let reserved: Set<String> = [AccessRules.fileTokenName, "loopback", "unix", "file"]
    private static let day = 86_400

    var all: [Procedure] {
        [
            Procedure(
                "tokens.list",
                .query,
                role: .admin,
                input: .optional(.object([], unknown: .refuse)),
                output: .array(of: Self.schema, maximum: .max),
                handler: { _ in .value(.array(store.tokens.map(Self.value))) }
            ),
            Procedure(
                "tokens.create",
                .mutation,
                role: .admin,
                input: Self.input,
                output: Self.created,
                handler: create
            ),
            Procedure(
                "tokens.revoke",
                .mutation,
                role: .admin,
                input: .object([.required("id", .id)], unknown: .refuse),
                output: Self.schema,
                handler: { .value(Self.value(try await store.revokeToken($0.text("id")))) }
            ),
        ]
    }

    private static let input = Schema.object(
        [
            .required("name", .string(lengths: 1...64)),
            .required("role", role),
            // In seconds.
            .optional("expiresIn", .integer(60...366 * day)),
        ],
        unknown: .refuse
    )

    static let role = Schema.word(AccessRole.allCases.map(\.rawValue))

    private static let fields: [Schema.Field] = [
        .required("id", .id), .required("name", .text), .required("role", role),
        .required("createdAt", .time), .required("lastUsedAt", .nullable(.time)),
        .required("expiresAt", .nullable(.time)), .required("revokedAt", .nullable(.time)),
    ]
    static let schema = Schema.object(fields, unknown: .refuse)
    private static let created = Schema.object([.required("token", .text)] + fields, unknown: .refuse)

    private func create(_ input: JSONValue) async throws -> Procedure.Answer {
        let name = input.text("name")
        guard Self.isName(name), let role = AccessRole(rawValue: input.text("role")) else {
            throw InputProblem(
                field: "name",
                message: "Letters, digits and . _ @ - are allowed, a letter or digit first; "
                    + "\(Self.reserved.sorted().joined(separator: ", ")) are taken."
            )
        }
        let now = store.clock.now
        let id = AccessToken.ID(at: now)
        let text = TokenText.make(id)
        let token = AccessToken(
            id: id,
            name: name,
            role: role,
            createdAt: now,
            expiresAt: input["expiresIn"]?.int.map { now + .seconds($0) }
        )
        try await store.add(token, hash: Array(TokenText.hash(text)))
        var answer = Self.object(token)
        answer["token"] = .string(text)
        return .value(.object(answer))
    }

    private static func isName(_ name: String) -> Bool {
        name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._@-]*/) != nil && !reserved.contains(name)
    }

    private static func value(_ token: AccessToken) -> JSONValue { .object(object(token)) }

    private static func object(_ token: AccessToken) -> JSONObject {
        func time(_ time: Timestamp?) -> JSONValue { (time?.iso8601).map { .string($0) } ?? .null }
        return [
            "id": .string(token.id.rawValue), "name": .string(token.name), "role": .string(token.role.rawValue),
            "createdAt": time(token.createdAt), "lastUsedAt": time(token.lastUsedAt),
            "expiresAt": time(token.expiresAt), "revokedAt": time(token.revokedAt),
        ]
    }
}
