/// A call that failed, as tRPC v11 tells it.
package struct RPCError: Error, Hashable, Sendable {
    /// The codes with their numbers and HTTP statuses, which are tRPC's.
    package enum Code: String, CaseIterable, Sendable {
        case badRequest = "BAD_REQUEST"
        case unauthorized = "UNAUTHORIZED"
        case forbidden = "FORBIDDEN"
        case notFound = "NOT_FOUND"
        case methodNotSupported = "METHOD_NOT_SUPPORTED"
        case conflict = "CONFLICT"
        case payloadTooLarge = "PAYLOAD_TOO_LARGE"
        case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
        case internalServerError = "INTERNAL_SERVER_ERROR"
        case serviceUnavailable = "SERVICE_UNAVAILABLE"

        package var number: Int {
            switch self {
            case .badRequest: -32600
            case .unauthorized: -32001
            case .forbidden: -32003
            case .notFound: -32004
            case .methodNotSupported: -32005
            case .conflict: -32009
            case .payloadTooLarge: -32013
            case .unsupportedMediaType: -32015
            case .internalServerError, .serviceUnavailable: -32603
            }
        }

        package var httpStatus: Int {
            switch self {
            case .badRequest: 400
            case .unauthorized: 401
            case .forbidden: 403
            case .notFound: 404
            case .methodNotSupported: 405
            case .conflict: 409
            case .payloadTooLarge: 413
            case .unsupportedMediaType: 415
            case .internalServerError: 500
            case .serviceUnavailable: 503
            }
        }
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
