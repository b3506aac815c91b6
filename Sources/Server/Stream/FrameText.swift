import NIOCore
import Store

/// How the messages of a run are written as events, for one reader.
protocol FrameText: Sendable {
    /// The events of some messages, in their order, all in one buffer.
    mutating func events(_ frames: [RunFrame]) -> ByteBuffer
}

/// Writes messages as the JSON that they are.
struct WireFrames: FrameText {
    func events(_ frames: [RunFrame]) -> ByteBuffer { EventText.events(frames) }
}
