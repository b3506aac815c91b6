package import Logging
import Synchronization

/// Keeps everything that is logged, at every level.
package final class LogCapture: Sendable {
    private let lines = Mutex<[String]>([])

    package init() {}

    package var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(capture: self) }
        logger.logLevel = .trace
        return logger
    }

    package var text: String { lines.withLock { $0.joined(separator: "\n") } }

    /// The lines that tell of an event.
    package func lines(of event: String) -> [String] {
        lines.withLock { $0.filter { $0.contains("\"message.id\": \(event)") } }
    }

    private func take(_ line: String) {
        lines.withLock { $0.append(line) }
    }

    private struct Handler: LogHandler {
        let capture: LogCapture
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(capture: LogCapture) {
            self.capture = capture
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            let error = event.error.map { " \($0)" } ?? ""
            capture.take("\(event.level) \(event.message) \(all)\(error)")
        }
    }
}
