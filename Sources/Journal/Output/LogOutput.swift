package import Logging

/// Where all loggers of this process write: the journal, or lines on standard error.
package struct LogOutput: Sendable {
    /// How it was decided.
    package let style: LogStyle
    private let identifier: String
    private let writer: LineWriter
    private let queue: JournalQueue?
    private let tally = LogTally()
    private let threshold: LogThreshold

    /// Decides from a wish and the surroundings where to write.
    ///
    /// - Parameters:
    ///   - format: The wish.
    ///   - level: Below it nothing is logged.
    ///   - identifier: The name under which the journal keeps the entries.
    ///   - environment: The process's variables, for `JOURNAL_STREAM`.
    package init(
        _ format: LogFormat,
        level: Logger.Level = .info,
        identifier: String = "caretaker",
        environment: [String: String]
    ) {
        let style = LogStyle(
            format,
            isStream: JournalStream.leads(from: 2, environment),
            hasSocket: JournalSocket.isThere
        )
        let queue = style == .journal ? JournalQueue(identifier: identifier, send: JournalSocket.send) : nil
        self.init(style: style, level: level, identifier: identifier, descriptor: 2, queue: queue)
    }

    init(style: LogStyle, level: Logger.Level, identifier: String, descriptor: CInt, queue: JournalQueue?) {
        self.style = style
        self.identifier = identifier
        self.queue = queue
        writer = LineWriter(descriptor: descriptor)
        threshold = LogThreshold(level)
    }

    /// A logger that writes here.
    package func logger(label: String) -> Logger {
        Logger(label: label) { OutputLogHandler(label: $0, output: self) }
    }

    /// The level of all loggers that were given none of their own; may be changed while they log.
    package var level: Logger.Level {
        get { threshold.level }
        nonmutating set { threshold.level = newValue }
    }

    package var counts: LogCounts {
        LogCounts(
            messages: tally.messages,
            overflowed: queue?.counts.overflowed ?? 0,
            undelivered: writer.failed + (queue?.counts.undelivered ?? 0)
        )
    }

    /// Waits until what was logged before has left this process; answers false when that takes longer.
    @discardableResult
    package func flush(within limit: Duration) async -> Bool {
        await queue?.flush(within: limit) ?? true
    }

    func write(_ record: LogRecord) {
        tally.count(record.event.level)
        if let queue {
            queue.add(JournalEntry(record, identifier: identifier))
        } else {
            writer.write(LogLine(style: style, identifier: identifier).bytes(of: record))
        }
    }
}
