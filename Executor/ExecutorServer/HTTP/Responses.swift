import ExecutorAPI
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer with a JSON body.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSON.encode(value)))
        )
    }
}

extension Request {
    /// The longest body that is read.
    private static let bodyLimit = 32 << 20

    /// The body, as JSON; an absent one is an empty object.
    ///
    /// - Throws: A `CallFailure` that names the field that is wrong.
    mutating func json<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        if let kind = headers[.contentType], !kind.lowercased().hasPrefix("application/json") {
            throw CallFailure(.unsupportedMediaType, "unsupported_media_type", "The body must be application/json.")
        }
        let buffer: ByteBuffer
        do {
            buffer = try await body.collect(upTo: Self.bodyLimit)
        } catch is NIOTooManyBytesError {
            throw CallFailure(.contentTooLarge, "too_large", "The body is longer than \(Self.bodyLimit) bytes.")
        }
        let bytes = [UInt8](buffer.readableBytesView)
        do {
            return try JSON.decode(type, from: bytes.isEmpty ? [UInt8]("{}".utf8) : bytes)
        } catch {
            throw CallFailure(.badRequest, "bad_request", JSON.complaint(about: error))
        }
    }
}
