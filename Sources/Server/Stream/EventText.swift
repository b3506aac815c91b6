import AgentStream
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Store

/// Writes server-sent events.
enum EventText {
    static let headers: HTTPFields = [
        .contentType: "text/event-stream",
        .cacheControl: "no-cache, no-transform",
        .xAccelBuffering: "no",
    ]

    /// Whether an answer is such a stream.
    static func isStream(_ response: Response) -> Bool {
        response.headers[.contentType]?.hasPrefix("text/event-stream") == true
    }

    /// One event per frame, all in one buffer.
    static func events(_ frames: [RunFrame]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(frames.reduce(0) { $0 + $1.json.count + 40 })
        for frame in frames {
            if let seq = frame.seq {
                buffer.writeStaticString("id: ")
                buffer.writeString(String(seq))
                buffer.writeStaticString("\n")
            } else {
                buffer.writeStaticString("event: partial\n")
            }
            buffer.writeStaticString("data: ")
            buffer.writeBytes(frame.json)
            buffer.writeStaticString("\n\n")
        }
        return buffer
    }

    /// The last event, which tells how the run ended.
    ///
    /// Its id is the last message's, so that a reader who comes back is told to stop.
    static func end(_ run: Run, last: Int) -> ByteBuffer {
        let end: JSONValue = [
            "state": .string(run.state.name.rawValue),
            "reason": run.state.reason.map { .string($0) } ?? .null,
            "detail": run.detail.map { .string($0) } ?? .null,
        ]
        var buffer = ByteBuffer(string: "id: \(last)\nevent: end\ndata: ")
        buffer.writeBytes(end.encoded)
        buffer.writeStaticString("\n\n")
        return buffer
    }
}

// tRPC's events: the id stands after the data, and two empty lines follow, as in the reference.
extension EventText {
    /// The first event, which tells the client how the server would be used.
    static func connected(reconnectAfter silence: Duration?) -> ByteBuffer {
        let milliseconds = silence.map {
            $0.components.seconds * 1000 + $0.components.attoseconds / 1_000_000_000_000_000
        }
        let options = milliseconds.map { "{\"reconnectAfterInactivityMs\":\($0)}" } ?? "{}"
        return named("connected", Array(options.utf8))
    }

    /// An event that is no value; browsers pass on none without a line of data.
    static func named(_ name: String, _ data: [UInt8] = []) -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        buffer.writeBytes(data)
        buffer.writeStaticString("\n\n\n")
        return buffer
    }

    /// The values of a subscription, all in one buffer.
    static func data(_ events: [SubscriptionEvent]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(events.reduce(0) { $0 + $1.data.count + 40 })
        for event in events {
            buffer.writeStaticString("data: ")
            buffer.writeBytes(event.data)
            if let id = event.id { buffer.writeString("\nid: \(id)") }
            buffer.writeStaticString("\n\n\n")
        }
        return buffer
    }
}
