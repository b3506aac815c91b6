import AgentStream
import Hummingbird
import NIOCore

/// The inputs of a request's calls, read and parsed once for all of them.
enum RPCInputs: Sendable {
    /// By the index of the call; nil is JavaScript's undefined.
    case values([JSONValue?])
    /// Every call that looks at its input fails alike.
    case unreadable(RPCError)

    /// Reads what a request carries.
    ///
    /// - Parameters:
    ///   - request: Whose body is read unless its method is GET.
    ///   - rpc: What the request asks for.
    ///   - maximumBody: How many bytes a body may have.
    init(of request: Request, for rpc: RPCRequest, maximumBody: Int) async {
        do throws(RPCError) {
            let text = rpc.method == .get ? Self.parameter(rpc) : try await Self.body(of: request, maximumBody)
            self = .values(try Self.values(text, rpc))
        } catch {
            self = .unreadable(error)
        }
    }

    func value(of call: RPCCall) throws(RPCError) -> JSONValue? {
        switch self {
        case .values(let values): return values.indices.contains(call.index) ? values[call.index] : nil
        case .unreadable(let error): throw error
        }
    }

    private static func parameter(_ rpc: RPCRequest) -> [UInt8]? {
        guard let input = rpc.query["input"], !input.isEmpty else { return nil }
        return Array(input.utf8)
    }

    private static func body(of request: Request, _ maximum: Int) async throws(RPCError) -> [UInt8] {
        do {
            return Array(buffer: try await request.body.collect(upTo: maximum))
        } catch is NIOTooManyBytesError {
            throw RPCError(.payloadTooLarge, "PAYLOAD_TOO_LARGE")
        } catch {
            // All else that stops a body is of the client's making, such as chunks that break HTTP's rules.
            throw RPCError(.badRequest, "The body cannot be read: \(error)")
        }
    }

    private static func values(_ text: [UInt8]?, _ rpc: RPCRequest) throws(RPCError) -> [JSONValue?] {
        var values = [JSONValue?](repeating: nil, count: rpc.calls.count)
        guard let text else { return values }
        let value: JSONValue
        do throws(JSONError) {
            // Deeper than any input, and shallow enough that handling it costs nothing.
            value = try JSONValue(parsing: text, maximumDepth: 65)
        } catch {
            throw RPCError(.badRequest, error.message)
        }
        guard rpc.isBatch else { return [value] }
        guard let object = value.object else {
            throw RPCError(.badRequest, "\"input\" needs to be an object when doing a batch call")
        }
        for member in object {
            guard let index = Int(member.key), values.indices.contains(index), String(index) == member.key else {
                continue
            }
            values[index] = member.value
        }
        return values
    }
}
