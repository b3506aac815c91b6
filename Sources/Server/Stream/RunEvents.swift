import AgentStream
import AsyncAlgorithms
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import OpsMetrics
import ServiceLifecycle
import Store

/// Answers `/runs/{id}/events`, and `/runs/{id}/entries` for pages: the messages of a run as server-sent events.
///
/// `id:` is the message's number, so that `Last-Event-ID` or `?after=` resumes without gap or double. Lines that are
/// shown live and never stored come as `event: partial` without id. The stream ends with `event: end`; who comes back
/// after that gets 204, which stops an EventSource.
struct RunEvents: Sendable {
    let store: Store
    let timings: ServerTimings
    let readers: ReaderCount
    /// Makes what writes the messages after a number for one reader.
    let text: @Sendable (Run.ID, _ after: Int) async throws -> any FrameText

    func respond(to request: Request, run id: String, on channel: any Channel) async throws -> Response {
        // An empty one is none, as in the rules for EventSource.
        let resumed = request.headers[.lastEventID].flatMap { $0.isEmpty ? nil : $0 }
        // Who comes back still says where it began.
        let began = Self.number(request.uri.queryParameters["after"].map(String.init))
        guard let began, let after = resumed.map(Self.number) ?? began else {
            return .text(.badRequest, "after (or Last-Event-ID) must be the number of a message, from 0.\n")
        }
        let run: Run
        do {
            run = try await store.run(Run.ID(rawValue: id))
            if resumed != nil, run.state.isFinal,
                try await store.page(of: run.id, after: after, limit: 1).messages.isEmpty
            {
                return Response(status: .noContent)
            }
        } catch let error as StoreError where error.code == .notFound {
            return .text(.notFound, "\(error.message)\n")
        }
        return Response(status: .ok, headers: EventText.headers, body: body(run.id, after: after, channel))
    }

    /// A missing number is 0; nil for what is none.
    private static func number(_ text: String?) -> Int? {
        guard let text, !text.isEmpty else { return 0 }
        return Int(messageNumber: text)
    }

    /// A reader who leaves is noticed at the next write, by the heartbeat at the latest.
    private func body(_ run: Run.ID, after: Int, _ channel: any Channel) -> ResponseBody {
        ResponseBody.streamed(timings, on: channel) { writer in
            try await readers.follow(&writer) { try await send(run, after: after, to: &$0) }
        }
    }

    private enum Event: Sendable {
        case frames([RunFrame])
        case heartbeat
        case end
    }

    @concurrent
    private func send(_ run: Run.ID, after: Int, to writer: inout PatientWriter) async throws -> StreamMetrics.End {
        // The head goes out at once, even when there is nothing to say yet.
        try await writer.write(ByteBuffer(string: ": \(run)\n\n"))
        var text = try await text(run, after)
        let frames = chain(store.messages(of: run, after: after).map(Event.frames), [Event.end].async)
        let beats = AsyncTimerSequence(interval: timings.heartbeat, clock: .continuous).map { _ in Event.heartbeat }
        var last = after
        for try await event in merge(frames, beats).cancelOnGracefulShutdown() {
            switch event {
            case .frames(let frames):
                last = frames.reduce(last) { max($0, $1.seq ?? 0) }
                try await writer.write(text.events(frames))
                readers.countSent(frames.count)
            case .heartbeat: try await writer.write(ByteBuffer(string: ":\n\n"))
            case .end: try await writer.write(EventText.end(try await store.run(run), last: last))
            }
            if case .end = event { return .end }
        }
        return ReaderCount.interrupted
    }
}

extension Int {
    /// The number of a message as a client names it, or 0 for the place before the first; nil for what is none.
    init?(messageNumber text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        self.init(text)
    }
}
