package import Logging

/// Where all loggers of this process write: the journal, or lines on standard error.
///
/// No call of a logger waits for who reads, but that of a critical entry, after which the process may end.
package struct LogOutput: Sendable {
    /// How it was decided.
    package let style: LogStyle
    private let identifier: String
    private let queue: LogQueue
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
        self.init(style: style, level: level, identifier: identifier, descriptor: 2)
    }

    init(
        style: LogStyle,
        level: Logger.Level,
        identifier: String,
        descriptor: CInt,
        bounds: LogQueue.Bounds = LogQueue.Bounds()
    ) {
        self.style = style
        self.identifier = identifier
        let writer = LineWriter(descriptor: descriptor)
        queue = LogQueue(bounds: bounds) {
            LogEntry(LogRecord(lost: $0), style: style, identifier: identifier)
        } send: { entry in
            switch entry {
            case .fields(let entry): JournalSocket.send(entry)
            case .line(let bytes): writer.write(bytes)
            }
        }
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
        let counts = queue.counts
        return LogCounts(
            messages: tally.messages,
            overflowed: counts.overflowed,
            undelivered: counts.undelivered
        )
    }

    /// Waits until what was logged before has left this process; answers false when that takes longer.
    @discardableResult
    package func flush(within limit: Duration) async -> Bool {
        await queue.flush(within: limit)
    }

    /// Ends the thread that writes when all is written that waits; what is logged later is dropped.
    func end() {
        queue.end()
    }

    func write(_ record: LogRecord) {
        tally.count(record.event.level)
        queue.add(LogEntry(record, style: style, identifier: identifier))
        if record.event.level == .critical { queue.flushNow(within: .seconds(1)) }
    }
}
