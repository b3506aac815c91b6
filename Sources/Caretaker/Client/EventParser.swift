/// Cuts a stream of server-sent events into events, whatever the chunks are.
struct EventParser {
    /// One event.
    struct Event: Hashable {
        var name = ""
        var id: String?
        var data: [UInt8] = []
    }

    private var rest: [UInt8] = []
    /// How much of the rest is known to hold no line break.
    private var searched = 0
    private var event = Event()

    mutating func parse(_ chunk: [UInt8]) -> [Event] {
        rest += chunk
        var events: [Event] = []
        var start = 0
        while let end = rest[(start + searched)...].firstIndex(of: 0x0A) {
            if let done = take(rest[start..<end]) { events.append(done) }
            start = end + 1
            searched = 0
        }
        rest.removeFirst(start)
        searched = rest.count
        return events
    }

    private mutating func take(_ line: ArraySlice<UInt8>) -> Event? {
        if line.isEmpty {
            defer { event = Event() }
            return event.data.isEmpty ? nil : event
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": event.name = String(decoding: value, as: UTF8.self)
        case "id": event.id = String(decoding: value, as: UTF8.self)
        case "data": event.data += value
        default: break
        }
        return nil
    }
}
