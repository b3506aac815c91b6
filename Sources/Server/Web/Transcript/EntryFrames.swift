import AgentStream
import Model
import NIOCore
import Store

/// Writes the messages of a run as events whose data is HTML, a JSON string, and text while it is written as
/// `event: partial`.
struct EntryFrames: FrameText {
    private let templates: WebTemplates
    private var fold: TranscriptFold
    private var partial = PartialFold()

    init(_ reader: TranscriptReader, after seq: Int, templates: WebTemplates) async throws {
        self.templates = templates
        fold = try await reader.fold(after: seq)
    }

    mutating func events(_ frames: [RunFrame]) -> ByteBuffer {
        var buffer = ByteBuffer()
        for frame in frames {
            if let seq = frame.seq { write(frame, seq, to: &buffer) } else { write(partial: frame, to: &buffer) }
        }
        return buffer
    }

    /// A message that says nothing to a reader is no event; who comes back reads it again, to no effect.
    private mutating func write(_ frame: RunFrame, _ seq: Int, to buffer: inout ByteBuffer) {
        var tree = EntryTree()
        for entry in fold.entries(of: frame) { tree.add(EntryView(entry, message: seq)) }
        if tree.isEmpty { return }
        buffer.writeString("id: \(seq)\ndata: ")
        buffer.writeBytes(JSONValue.string(tree.html(templates)).encoded)
        buffer.writeStaticString("\n\n")
    }

    private mutating func write(partial frame: RunFrame, to buffer: inout ByteBuffer) {
        guard let added = partial.take(frame.json) else { return }
        let value: JSONValue = [
            "parent": added.parent.map { .string($0) } ?? .null,
            "part": JSONValue(added.part),
            "kind": .string(added.kind.rawValue),
            "tool": added.tool.map { .string($0) } ?? .null,
            "text": .string(added.delta.visible),
        ]
        buffer.writeStaticString("event: partial\ndata: ")
        buffer.writeBytes(value.encoded)
        buffer.writeStaticString("\n\n")
    }
}
