import Logging

/// The lines that records become on a stream.
struct LogLine {
    /// Below journald's default `LineMax=48K`, beyond which it would cut a line in two.
    static let longest = 47 << 10
    private static let message = 16 << 10
    private static let value = 4 << 10

    let style: LogStyle
    let identifier: String

    /// A record's line with its line feed.
    func bytes(of record: LogRecord) -> [UInt8] {
        var line: [UInt8] = []
        switch style {
        case .json: appendJSON(record, to: &line)
        case .prefixed:
            line += Array("<\(record.event.level.priority)>".utf8)
            appendBody(record, to: &line)
            cut(&line)
        case .text, .journal:
            line += Array("\(LogClock.local()) \(record.event.level) \(record.label):".utf8)
            line.append(0x20)
            appendBody(record, to: &line)
        }
        line.append(0x0A)
        return line
    }

    private func appendBody(_ record: LogRecord, to line: inout [UInt8]) {
        for field in record.fields {
            append(word: field.key, limit: 128, to: &line)
            line.append(0x3D)
            append(word: field.value, limit: Self.value, to: &line)
            line.append(0x20)
        }
        if record.omitted > 0 { line += Array("omitted=\(record.omitted) ".utf8) }
        line += Array("[\(record.event.source)] ".utf8)
        SafeText(place: .open, limit: Self.message).append(record.message, to: &line)
    }

    /// A word stands by itself; anything else between quotation marks, so that it cannot be taken for two.
    private func append(word: String, limit: Int, to line: inout [UInt8]) {
        let isWord =
            !word.isEmpty && word.utf8.allSatisfy { $0 > 0x20 && ![0x22, 0x3D, 0x5C, 0x5B, 0x5D].contains($0) }
        guard !isWord else { return SafeText(place: .open, limit: limit).append(word, to: &line) }
        line.append(0x22)
        SafeText(place: .quoted, limit: limit).append(word, to: &line)
        line.append(0x22)
    }

    private func appendJSON(_ record: LogRecord, to line: inout [UInt8]) {
        let event = record.event
        line += Array("{\"time\":\"\(LogClock.universal())\",\"level\":\"\(event.level)\",\"identifier\":".utf8)
        append(json: identifier, limit: 128, to: &line)
        for (name, text, limit) in [
            ("label", record.label, 128), ("source", event.source, 128), ("file", event.file, 512),
            ("message", record.message, Self.message),
        ] {
            line += Array(",\"\(name)\":".utf8)
            append(json: text, limit: limit, to: &line)
        }
        line += Array(",\"line\":\(event.line),\"metadata\":{".utf8)
        for (index, field) in record.fields.enumerated() {
            if index > 0 { line.append(0x2C) }
            append(json: field.key, limit: 128, to: &line)
            line.append(0x3A)
            append(json: field.value, limit: Self.value, to: &line)
        }
        line += Array("}".utf8)
        if record.omitted > 0 { line += Array(",\"omitted\":\(record.omitted)".utf8) }
        line += Array("}".utf8)
    }

    private func append(json text: String, limit: Int, to line: inout [UInt8]) {
        line.append(0x22)
        SafeText(place: .json, limit: limit).append(text, to: &line)
        line.append(0x22)
    }

    /// Cuts what would be taken for a second line, between two characters.
    private func cut(_ line: inout [UInt8]) {
        guard line.count > Self.longest else { return }
        var end = Self.longest
        while line[end] & 0xC0 == 0x80 { end -= 1 }
        let rest = line.count - end
        line.removeSubrange(end...)
        line += Array("…[truncated \(rest)]".utf8)
    }
}
