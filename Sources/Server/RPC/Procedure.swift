package import AgentStream
package import Model

/// One procedure: its name, what goes in and out, and what it does.
package struct Procedure: Sendable {
    /// What a procedure is to its clients, which decides its HTTP method and the form of its answer.
    package enum Kind: String, Sendable {
        case query
        case mutation
        case subscription
    }

    /// What a handler answers.
    package enum Answer: Sendable {
        case json([UInt8])
        /// JSON in pieces, made while they are sent, for answers that need not fit in memory.
        case pieces(AsyncThrowingStream<[UInt8], any Error>)
        /// No data at all, which JavaScript tells from null.
        case undefined
        /// A value parts of which come later; only a JSONL stream can carry it.
        case deferred(Deferred)
        /// What a subscription answers, and nothing else may.
        case events(Subscription)

        package static func value(_ value: JSONValue) -> Answer { .json(value.encoded) }
    }

    /// What a handler may know of the request beside its input.
    package struct Context: Sendable {
        /// The request's path and query, which may hold a token and are not for logs.
        package let target: String
        /// What the client passed to authenticate itself, or for other ends.
        package let connectionParams: [String: String]

        package init(target: String = "", connectionParams: [String: String] = [:]) {
            self.target = target
            self.connectionParams = connectionParams
        }
    }

    package typealias Handler = @Sendable (JSONValue, Context) async throws -> Answer

    package let name: String
    package let kind: Kind
    /// What somebody must be at least to call it.
    package let role: AccessRole
    /// Nil for a procedure that never looks at its input.
    package let input: Schema?
    /// What it answers; of a subscription, what each event holds.
    package let output: Schema
    private let handler: Handler
    private var exception: (role: AccessRole, holds: @Sendable (JSONValue) -> Bool)?

    package init(
        _ name: String,
        _ kind: Kind,
        role: AccessRole? = nil,
        input: Schema?,
        output: Schema,
        handler: @escaping @Sendable (JSONValue) async throws -> Answer
    ) {
        self.init(
            name,
            kind,
            role: role,
            input: input,
            output: output,
            contextual: { input, _ in try await handler(input) }
        )
    }

    /// Makes a procedure whose handler looks at the request as well.
    ///
    /// A mutation is for admins unless it says otherwise, and everything else for everybody.
    package init(
        _ name: String,
        _ kind: Kind,
        role: AccessRole? = nil,
        input: Schema?,
        output: Schema,
        contextual handler: @escaping Handler
    ) {
        self.role = role ?? (kind == .mutation ? .admin : .read)
        self.name = name
        self.kind = kind
        self.input = input
        self.output = output
        self.handler = handler
    }

    /// The same procedure, some inputs of which demand a higher role.
    ///
    /// - Parameters:
    ///   - role: The higher role.
    ///   - holds: Whether an input demands it; the input has not been looked at by anybody yet.
    /// - Returns: The procedure.
    package func demanding(_ role: AccessRole, where holds: @escaping @Sendable (JSONValue) -> Bool) -> Procedure {
        var procedure = self
        procedure.exception = (role, holds)
        return procedure
    }

    /// What somebody must be at least to call it with an input.
    package func role(for input: JSONValue?) -> AccessRole {
        guard let exception, let input, exception.holds(input) else { return role }
        return max(role, exception.role)
    }

    /// Calls the procedure.
    ///
    /// - Parameters:
    ///   - value: The input; nil is JavaScript's undefined.
    ///   - context: What the handler may know of the request.
    /// - Returns: The data of the answer.
    /// - Throws: `RPCError` for an input that the schema does not allow, and what the handler throws.
    package func call(_ value: JSONValue?, _ context: Context) async throws -> Answer {
        guard let input else { return try await handler(.null, context) }
        return try await handler(try input.validated(value), context)
    }
}
