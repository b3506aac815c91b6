import AgentStream
import Model
import Store

/// Turns frames from an executor into what is stored of them.
struct Ingestion: Sendable {
    /// What one transaction takes of a group of frames.
    struct Batch: Sendable {
        var lines: [IngestedLine] = []
        var exit: AgentExitRecord?
        /// How many lines of the spool it moves the cursor by.
        var frames = 0
        fileprivate var bytes = 0
    }

    /// Caps of one transaction; see `StoreWriter`.
    static let maximumRows = 512
    static let maximumBytes = 1 << 20

    /// The batches of a group of frames, in order; feeds the fold with every line on the way.
    static func batches(of frames: [AgentFrame], fold: inout AgentFold) -> [Batch] {
        var batches: [Batch] = []
        var batch = Batch()
        for frame in frames {
            let size = frame.size
            if batch.frames > 0, batch.frames >= maximumRows || batch.bytes + size > maximumBytes {
                batches.append(batch)
                batch = Batch()
            }
            batch.frames += 1
            batch.bytes += size
            switch frame {
            case .line(let bytes):
                fold.take(bytes)
                batch.lines.append(line(bytes))
            case .cutLine(let bytes): batch.lines.append(.message(NewMessage(kind: .cut, body: bytes)))
            case .exit(let record): batch.exit = record
            }
        }
        if batch.frames > 0 { batches.append(batch) }
        return batches
    }

    private static func line(_ bytes: [UInt8]) -> IngestedLine {
        let kind = AgentLine(classifying: bytes).kind
        if kind == .streamEvent { return .partial(bytes) }
        return .message(NewMessage(kind: Message.Kind(rawValue: kind.rawValue) ?? .other, body: bytes))
    }
}

extension AgentFrame {
    fileprivate var size: Int {
        switch self {
        case .line(let bytes), .cutLine(let bytes): bytes.count
        case .exit: 0
        }
    }
}
