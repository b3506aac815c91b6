import CSystemd
import Logging

/// An entry as the journal takes it: fields `NAME=value`, one after the other.
struct JournalEntry: Sendable {
    private static let message = 48 << 10
    private static let value = 4 << 10

    private(set) var bytes: [UInt8] = []
    /// Where each field ends.
    private(set) var ends: [Int] = []

    /// Adds a field; a value without a line feed can make no second one.
    mutating func add(_ name: String, _ text: String, limit: Int = value) {
        guard !text.isEmpty else { return }
        bytes += Array(name.utf8)
        bytes.append(0x3D)
        SafeText(place: .open, limit: limit).append(text, to: &bytes)
        ends.append(bytes.count)
    }
}

extension JournalEntry {
    /// The entry of a log call.
    ///
    /// The metadata `message.id` is an event's word, or an identifier, and becomes the field by which `journalctl -x`
    /// finds its text.
    init(_ record: LogRecord, identifier: String) {
        let event = record.event
        add("MESSAGE", record.message.isEmpty ? " " : record.message, limit: Self.message)
        add("PRIORITY", "\(event.level.priority)")
        add("SYSLOG_IDENTIFIER", identifier)
        add("SWIFT_LOG_LABEL", record.label)
        add("SWIFT_LOG_SOURCE", event.source)
        add("CODE_FILE", event.file)
        add("CODE_LINE", "\(event.line)")
        add("CODE_FUNC", event.function)
        add("TID", "\(csystemd_thread())")
        var texts: [String: String] = [:]
        for field in record.fields where !takeKnown(field.key, field.value) {
            // Two keys of one name: both are told.
            let name = JournalField.name(of: field.key)
            texts[name] = (texts[name].map { $0 + ", " } ?? "") + field.value
        }
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) { add(name, text) }
        if record.omitted > 0 { add("OMITTED", "\(record.omitted)") }
    }

    /// Takes the metadata that has a meaning for the journal's readers, when its value has the form they expect.
    private mutating func takeKnown(_ key: String, _ value: String) -> Bool {
        switch key {
        case "message.id":
            if let event = JournalEvent(rawValue: value) {
                add("MESSAGE_ID", event.id)
                add("EVENT", event.rawValue)
                return true
            }
            guard value.utf8.count == 32, value.utf8.allSatisfy(Self.isLowercaseHexadecimal) else { return false }
            add("MESSAGE_ID", value)
            return true
        case "errno":
            guard Int32(value) != nil else { return false }
            add("ERRNO", value)
            return true
        default: return false
        }
    }

    private static func isLowercaseHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
