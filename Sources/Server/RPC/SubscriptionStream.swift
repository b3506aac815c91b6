import AgentStream
import AsyncAlgorithms
import NIOCore
import OpsMetrics
import ServiceLifecycle

/// Serves a subscription as tRPC's server-sent events.
///
/// The status is 200 whatever happens: failures are told in an event, after which the stream ends. It ends without a
/// word when the service shuts down or the time is up; the client then comes back.
struct SubscriptionStream: Sendable {
    let outcome: RPCOutcome
    let call: RPCCall
    let caller: RPCCaller
    let readers: ReaderCount

    @concurrent
    func write(to writer: inout PatientWriter, until connection: ConnectionWatch?) async throws {
        try await readers.follow(&writer) { writer in
            try await writer.write(EventText.connected(reconnectAfter: caller.options.reconnectAfterInactivity))
            switch outcome {
            case .failure(let error): try await writer.write(told(error))
            case .success(.events(let subscription)):
                return try await serve(subscription, to: &writer, until: connection)
            case .success: break
            }
            return .end
        }
    }

    @concurrent
    private func serve(
        _ subscription: @escaping Subscription,
        to writer: inout PatientWriter,
        until connection: ConnectionWatch?
    ) async throws -> StreamMetrics.End {
        let signals = AsyncChannel<SubscriptionSignal>()
        let silence = Silence()
        return try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await Self.run(subscription, signals) }
            group.addTask {
                await connection?.gone()
                if connection != nil { await signals.send(.gone) }
            }
            if let duration = caller.options.sseMaximumDuration {
                group.addTask {
                    try? await Task.sleep(for: duration)
                    await signals.send(.timeIsUp)
                }
            }
            if let ping = caller.options.ssePing {
                group.addTask { await silence.announce(after: ping) { await signals.send(.silence) } }
            }
            defer { group.cancelAll() }
            return try await pass(signals, to: &writer, silence)
        }
    }

    private static func run(_ subscription: Subscription, _ signals: AsyncChannel<SubscriptionSignal>) async {
        do {
            try await subscription(EventSink(signals: signals))
            await signals.send(.finished)
        } catch {
            await signals.send(.failed(error))
        }
    }

    @concurrent
    private func pass(
        _ signals: AsyncChannel<SubscriptionSignal>,
        to writer: inout PatientWriter,
        _ silence: Silence
    ) async throws -> StreamMetrics.End {
        var failure: RPCError?
        // What it came to is known at its end only.
        defer { caller.count(call, failure) }
        for await signal in signals.cancelOnGracefulShutdown() {
            switch signal {
            case .events(let events):
                try await writer.write(EventText.data(events))
                readers.countSent(events.count)
            case .finished:
                try await writer.write(EventText.named("return"))
                return .end
            case .failed(let error):
                let error = caller.translated(error, call)
                failure = error
                try await writer.write(told(error))
                return .end
            case .silence:
                guard let ping = caller.options.ssePing, silence.hasLasted(ping) else { continue }
                try await writer.write(EventText.named("ping"))
            case .gone: return .client
            case .timeIsUp: return .renewal
            }
            silence.end()
        }
        return ReaderCount.interrupted
    }

    private func told(_ error: RPCError) -> ByteBuffer {
        EventText.named("serialized-error", caller.envelope.shape(error, path: call.path).encoded)
    }
}
