import Logging
import Synchronization

/// Tells once of each image that the engine turns out not to have, until it turns out to have it.
final class MissingImages: Sendable {
    private let logger: Logger
    private let missing = Mutex<Set<String>>([])

    init(logger: Logger) {
        self.logger = logger
    }

    func isThere(_ image: String) {
        missing.withLock { _ = $0.remove(image) }
    }

    func isMissing(_ image: String) {
        guard missing.withLock({ $0.insert(image).inserted }) else { return }
        logger.error(
            "the engine does not have an image",
            metadata: ["message.id": "image_missing", "image": "\(image)"]
        )
    }
}
