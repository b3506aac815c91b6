package import AgentStream

/// One procedure: its name, what goes in and out, and what it does.
package struct Procedure: Sendable {
    /// Whether a procedure changes something, which decides its HTTP method.
    package enum Kind: String, Sendable {
        case query
        case mutation
    }

    /// What a handler answers.
    package enum Answer: Sendable {
        case json([UInt8])
        /// JSON in pieces, made while they are sent, for answers that need not fit in memory.
        case pieces(AsyncThrowingStream<[UInt8], any Error>)

        package static func value(_ value: JSONValue) -> Answer { .json(value.encoded) }
    }

    package let name: String
    package let kind: Kind
    /// Nil for a procedure that never looks at its input.
    package let input: Schema?
    package let output: Schema
    let handler: @Sendable (JSONValue) async throws -> Answer

    package init(
        _ name: String,
        _ kind: Kind,
        input: Schema?,
        output: Schema,
        handler: @escaping @Sendable (JSONValue) async throws -> Answer
    ) {
        self.name = name
        self.kind = kind
        self.input = input
        self.output = output
        self.handler = handler
    }

    /// Calls the procedure.
    ///
    /// - Parameters:
    ///   - text: The input's JSON; nil or empty is undefined where the method is GET.
    ///   - isBody: Whether the text is a request's body, where empty text is malformed JSON.
    /// - Returns: The data of the answer.
    /// - Throws: `RPCError` for an input that the schema does not allow, and what the handler throws.
    package func call(_ text: [UInt8]?, isBody: Bool) async throws -> Answer {
        guard let input else { return try await handler(.null) }
        return try await handler(try input.validated(Self.parse(text, isBody: isBody)))
    }

    private static func parse(_ text: [UInt8]?, isBody: Bool) throws(RPCError) -> JSONValue? {
        guard let text, isBody || !text.isEmpty else { return nil }
        do throws(JSONError) {
            // Deeper than any input, and shallow enough that handling it costs nothing.
            return try JSONValue(parsing: text, maximumDepth: 64)
        } catch {
            throw RPCError(.badRequest, error.message)
        }
    }
}
