import AsyncAlgorithms
import HTTPTypes
import Hummingbird
import NIOCore
import OpsMetrics
import ServiceLifecycle
import Store

/// Answers `/updates`: tells pages that something has changed, so that they read anew what they show.
///
/// However much changes, a page hears of it once in `pace`.
struct PageUpdates: Sendable {
    let store: Store
    let timings: ServerTimings
    let readers: ReaderCount

    private static let pace = Duration.seconds(1)

    func respond(on channel: any Channel) -> Response {
        let body = ResponseBody.streamed(timings, on: channel) { writer in
            try await readers.follow(&writer) { try await send(to: &$0) }
        }
        return Response(status: .ok, headers: EventText.headers, body: body)
    }

    private enum Event: Sendable {
        case change
        case heartbeat
    }

    @concurrent
    private func send(to writer: inout PatientWriter) async throws -> StreamMetrics.End {
        try await writer.write(ByteBuffer(string: ":\n\n"))
        let changes = store.changes().map { Event.change }
        let beats = AsyncTimerSequence(interval: timings.heartbeat, clock: .continuous).map { _ in Event.heartbeat }
        for try await event in merge(changes, beats).cancelOnGracefulShutdown() {
            switch event {
            case .change:
                try await writer.write(EventText.named("change", Array("{}".utf8)))
                readers.countSent(1)
                // Changes that come meanwhile are one, which waits in the bell.
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pace) }
            case .heartbeat: try await writer.write(ByteBuffer(string: ":\n\n"))
            }
        }
        return ReaderCount.interrupted
    }
}
