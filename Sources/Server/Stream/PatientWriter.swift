import Hummingbird
import NIOCore

/// Writes a streamed body at the pace of its reader, as long as that is one.
struct PatientWriter {
    private static let pieceBytes = 128 << 10

    private var writer: any ResponseBodyWriter
    private let stall: StallWatch
    /// Whether its reader could not be reached.
    private(set) var hasFailed = false

    fileprivate init(_ writer: any ResponseBodyWriter, _ stall: StallWatch) {
        self.writer = writer
        self.stall = stall
    }

    /// Whether its reader was cut because it took nothing for too long.
    var wasCut: Bool { stall.hasCut }

    /// Writes in pieces, so that a slow reader of much is not taken for one that takes nothing.
    @concurrent
    mutating func write(_ buffer: ByteBuffer) async throws {
        var rest = buffer
        while let piece = rest.readSlice(length: min(rest.readableBytes, Self.pieceBytes)), piece.readableBytes > 0 {
            stall.begin()
            do {
                try await writer.write(piece)
            } catch {
                hasFailed = true
                throw error
            }
            stall.end()
        }
    }
}

extension ResponseBody {
    /// A body that `body` writes, of a length if that is known; a reader that takes nothing for too long is cut.
    static func streamed(
        _ timings: ServerTimings,
        on channel: any Channel,
        length: Int? = nil,
        _ body: @escaping @Sendable @concurrent (inout PatientWriter) async throws -> Void
    ) -> ResponseBody {
        ResponseBody(contentLength: length) { writer in
            let stall = StallWatch(deadline: timings.writeDeadline, channel: channel)
            var patient = PatientWriter(writer, stall)
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await stall.watch() }
                try await body(&patient)
                group.cancelAll()
            }
            try await writer.finish(nil)
        }
    }
}
