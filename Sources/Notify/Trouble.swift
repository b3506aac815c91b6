import Logging
import Model
import Store
import Synchronization

/// Says how deliveries fare: once when they begin to fail and once when they work again, and of each that is given up.
final class Trouble: Sendable {
    private let host: String
    private let logger: Logger
    private let isFailing = Mutex(false)

    init(host: String, logger: Logger) {
        self.host = host
        self.logger = logger
    }

    func began(_ error: String) {
        guard setFailing(true) else { return }
        logger.warning(
            "notices cannot be delivered; they are tried again",
            metadata: ["notice.host": "\(host)", "error": "\(error)"]
        )
    }

    func isOver() {
        guard setFailing(false) else { return }
        logger.notice("notices are delivered again", metadata: ["notice.host": "\(host)"])
    }

    func dropped(_ dropped: DroppedNotice) {
        logger.error(
            "a notice is given up",
            metadata: [
                "message.id": "webhook_dropped", "notice.id": "\(dropped.notice.id)",
                "notice.kind": "\(dropped.notice.kind.rawValue)", "attempts": "\(dropped.notice.attempts)",
                "error": "\(dropped.error ?? "There are too many.")",
            ]
        )
    }

    /// Whether that is a change.
    private func setFailing(_ isFailing: Bool) -> Bool {
        self.isFailing.withLock { present in
            defer { present = isFailing }
            return present != isFailing
        }
    }

    func storeFailed(_ error: any Error) {
        logger.error("a notice's fate cannot be kept", metadata: ["message.id": "store_failed", "error": "\(error)"])
    }
}
