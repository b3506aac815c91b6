import Curl
import Model

/// A call to the container engine that failed.
package struct EngineError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case notFound
        /// The name is taken, or the thing is in use or on its way out.
        case conflict
        case noSuchImage
        /// The engine refused the request; the same request will be refused again.
        case refused
        /// The engine failed; what was asked may have been done all the same.
        case server
        /// The engine does not answer.
        case unavailable
        /// The engine speaks no version of its API that this client speaks.
        case incompatible
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// Whether the same call may succeed a little later.
    var isTransient: Bool { code == .server || code == .unavailable }
}

extension EngineError {
    init(_ error: CurlError) {
        switch error.code {
        case .couldNotConnect, .connectionLost, .timedOut:
            self.init(.unavailable, "The container engine does not answer: \(error.message)")
        case .tooLarge, .invalidRequest, .cancelled, .other:
            self.init(.server, "The container engine cannot be asked: \(error.message)")
        }
    }

    /// What an answer that is no success says.
    init(status: Int, message: String) {
        switch status {
        case 404: self.init(Self.isAboutImage(message) ? .noSuchImage : .notFound, message)
        case 409: self.init(.conflict, message)
        case 500...: self.init(.server, message)
        default: self.init(.refused, message)
        }
    }

    /// Docker says "No such image: x", Podman "x: image not known" or "no such image".
    private static func isAboutImage(_ message: String) -> Bool {
        let message = message.lowercased()
        return message.contains("no such image") || message.contains("image not known")
    }

    /// The error as the service knows it, for a call without which no instance can be made.
    var asCreateFailure: RuntimeError {
        switch code {
        case .noSuchImage: RuntimeError(.imageMissing, message)
        case .unavailable: RuntimeError(.unavailable, message)
        case .notFound, .conflict, .refused, .server, .incompatible: RuntimeError(.createFailed, message)
        }
    }

    /// The error as the service knows it, for a call that looks or clears away.
    ///
    /// Whatever the engine's trouble is, it says nothing about the instance.
    var asTrouble: RuntimeError { RuntimeError(.unavailable, message) }
}
