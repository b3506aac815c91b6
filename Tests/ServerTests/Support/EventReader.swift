import AgentStream
import Curl

/// One server-sent event.
struct StreamEvent: Hashable, Sendable {
    var id: Int?
    var name: String?
    var data: String

    var json: JSONValue? { try? JSONValue(parsing: data) }
}

/// Reads the events of a run's stream one by one.
struct EventReader {
    let status: Int
    let headers: HTTPHeaders
    private var body: HTTPBody.AsyncIterator
    private var bytes: [UInt8] = []
    private var ready: ArraySlice<StreamEvent> = []

    init(_ stream: HTTPStream) {
        status = stream.status
        headers = stream.headers
        body = stream.body.makeAsyncIterator()
    }

    /// The next event; comments are passed over; nil at the end.
    mutating func next() async throws -> StreamEvent? {
        while ready.isEmpty {
            guard let more = try await body.next() else { return nil }
            bytes += more
            let (events, rest) = Self.parse(bytes)
            ready = events[...]
            bytes = rest
        }
        return ready.popFirst()
    }

    /// The next events, `count` of them at most.
    mutating func next(_ count: Int) async throws -> [StreamEvent] {
        var events: [StreamEvent] = []
        while events.count < count, let event = try await next() { events.append(event) }
        return events
    }

    mutating func rest() async throws -> [StreamEvent] { try await next(.max) }

    /// The whole events in a text, and what follows them.
    static func parse(_ bytes: [UInt8]) -> (events: [StreamEvent], rest: [UInt8]) {
        var events: [StreamEvent] = []
        var lines: [Substring] = []
        let text = String(decoding: bytes, as: UTF8.self)
        var rest = Substring(text)
        var whole = rest
        while let end = rest.utf8.firstIndex(of: 0x0A) {
            let line = rest[..<end]
            rest = rest[rest.utf8.index(after: end)...]
            guard line.isEmpty else {
                lines.append(line)
                continue
            }
            if let event = event(lines) { events.append(event) }
            lines = []
            whole = rest
        }
        return (events, Array(whole.utf8))
    }

    private static func event(_ lines: [Substring]) -> StreamEvent? {
        var event = StreamEvent(data: "")
        var hasData = false
        for line in lines {
            if line.hasPrefix("id: ") { event.id = Int(line.dropFirst(4)) }
            if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
            guard line.hasPrefix("data: ") else { continue }
            event.data += (hasData ? "\n" : "") + line.dropFirst(6)
            hasData = true
        }
        return hasData ? event : nil
    }
}

extension TestService {
    /// Opens a run's event stream.
    func events(of run: String, after: Int? = nil, lastEventID: Int? = nil) async throws -> EventReader {
        let query = after.map { "?after=\($0)" } ?? ""
        var headers: HTTPHeaders = [:]
        headers["Last-Event-ID"] = lastEventID.map(String.init)
        let url = "\(base)/runs/\(run)/events\(query)"
        return EventReader(
            try await client.stream(HTTPRequest(url: url, headers: headers, maximumSilence: .seconds(30)))
        )
    }
}
