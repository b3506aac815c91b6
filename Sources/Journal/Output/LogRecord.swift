import Logging

/// A log call with all that belongs to it as text, in one order.
struct LogRecord {
    /// More metadata than this is left out; nothing of ours comes near it.
    static let mostFields = 64
    private static let deepest = 4

    let event: LogEvent
    let label: String
    let message: String
    /// Keys in order, each once; dictionaries are taken apart with dots between the keys.
    let fields: [(key: String, value: String)]
    /// How many were left out.
    let omitted: Int

    init(_ event: LogEvent, label: String, metadata: Logger.Metadata, provider: Logger.MetadataProvider?) {
        self.event = event
        self.label = label
        message = "\(event.message)"
        var merged = metadata
        merged.merge(provider?.get() ?? [:]) { $1 }
        merged.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error {
            merged["error.message"] = "\(error)"
            merged["error.type"] = .string(String(reflecting: type(of: error)))
        }
        var flat: [String: String] = [:]
        Self.flatten(merged, under: "", depth: 1, into: &flat)
        let sorted = flat.sorted { $0.key < $1.key }
        fields = sorted.prefix(Self.mostFields).map { ($0.key, $0.value) }
        omitted = sorted.count - fields.count
    }

    /// What tells that entries are missing.
    init(lost: UInt64) {
        let event = LogEvent(
            level: .warning,
            message: "log entries were lost: they found no room, or nobody took them",
            error: nil,
            metadata: ["message.id": "entries_lost", "entries.lost": "\(lost)"],
            source: nil,
            file: #fileID,
            function: #function,
            line: #line
        )
        self.init(event, label: "caretaker", metadata: [:], provider: nil)
    }

    private static func flatten(
        _ metadata: Logger.Metadata,
        under prefix: String,
        depth: Int,
        into flat: inout [String: String]
    ) {
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            let name = prefix + key
            if case .dictionary(let inner) = value, depth < deepest {
                flatten(inner, under: name + ".", depth: depth + 1, into: &flat)
            } else {
                flat[name] = (flat[name].map { $0 + ", " } ?? "") + text(of: value, depth: depth)
            }
        }
    }

    private static func text(of value: Logger.MetadataValue, depth: Int) -> String {
        switch value {
        case .string(let text): return text
        case .stringConvertible(let content):
            return value.attributes[LogSecrecy.self] == .secret ? LogSecrecy.mask : content.description
        case .array(let values):
            guard depth < deepest else { return "[…]" }
            return "[\(values.map { text(of: $0, depth: depth + 1) }.joined(separator: ", "))]"
        case .dictionary(let inner):
            guard depth < deepest else { return "[…]" }
            let parts = inner.sorted { $0.key < $1.key }.map { "\($0.key): \(text(of: $0.value, depth: depth + 1))" }
            return "[\(parts.joined(separator: ", "))]"
        }
    }
}
