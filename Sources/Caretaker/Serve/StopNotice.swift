import Logging
import ServiceLifecycle

/// Logs that the service has been asked to stop; the last of the services is the first to hear it.
struct StopNotice: ServiceLifecycle.Service, CustomStringConvertible {
    let logger: Logger

    var description: String { "StopNotice" }

    func run() async throws {
        try await gracefulShutdown()
        logger.info("stopping", metadata: ["message.id": "service_stopping"])
    }
}
