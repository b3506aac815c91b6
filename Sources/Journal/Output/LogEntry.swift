/// A log call in the form in which it leaves this process.
enum LogEntry: Sendable {
    case fields(JournalEntry)
    /// With its line feed.
    case line([UInt8])

    init(_ record: LogRecord, style: LogStyle, identifier: String) {
        self =
            style == .journal
            ? .fields(JournalEntry(record, identifier: identifier))
            : .line(LogLine(style: style, identifier: identifier).bytes(of: record))
    }

    var size: Int {
        switch self {
        case .fields(let entry): entry.bytes.count
        case .line(let bytes): bytes.count
        }
    }
}
