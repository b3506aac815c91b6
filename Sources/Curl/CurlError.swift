/// Why a request failed.
///
/// The message names the method and the origin or socket, never a path, a query or a header, so it may be logged.
package struct CurlError: Error, Sendable {
    package enum Code: Sendable {
        /// The server was not reached, so it has not seen the request.
        case couldNotConnect
        case timedOut
        /// The connection broke after the request may have been sent, before the response was complete.
        case connectionLost
        case tooLarge
        case invalidRequest
        /// The client was shut down; a cancelled task gets a `CancellationError` instead.
        case cancelled
        case other
    }

    package var code: Code
    package var message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}

extension CurlError: CustomStringConvertible {
    package var description: String { "\(code): \(message)" }
}

extension CurlError {
    static let shutDown = CurlError(code: .cancelled, message: "the HTTP client is shut down")
}
