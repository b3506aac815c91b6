import AgentStream
import Model
import NIOCore
import Store

/// Writes server-sent events.
enum EventText {
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
