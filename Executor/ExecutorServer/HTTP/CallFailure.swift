import ExecutorAPI

/// A call that is answered with something other than 2xx.
struct CallFailure: Error {
    /// The answer's status code.
    enum Status: Int {
        case badRequest = 400
        case unauthorized = 401
        case notFound = 404
        case conflict = 409
        case contentTooLarge = 413
        case unsupportedMediaType = 415
        case unprocessableContent = 422
        case internalServerError = 500
    }

    let status: Status
    let response: ErrorResponse

    init(_ status: Status, _ code: String, _ message: String) {
        self.status = status
        response = ErrorResponse(code: code, message: message)
    }
}
