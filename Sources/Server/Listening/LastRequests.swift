import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Lets a connection say what it had begun to say before it is closed: on a socket that the next service goes on with,
/// a request that is on its way must not be lost.
///
/// A connection without a request is closed a moment after the end was called; one with a request after its answer,
/// which tells the client to come again on another.
final class LastRequests: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a connection may stay silent; nil closes it at once.
    private let patience: TimeAmount?
    private var isLeaving = false
    private var hasTold = false

    init(patience: TimeAmount?) {
        self.patience = patience
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let patience, event is ChannelShouldQuiesceEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        guard !isLeaving else { return }
        isLeaving = true
        context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            guard context.channel.isActive else { return }
            self.tell(context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isLeaving, case .head(var head) = unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: promise)
        // With an answer under way this closes the connection at its end.
        tell(context)
    }

    private func tell(_ context: ChannelHandlerContext) {
        guard !hasTold else { return }
        hasTold = true
        context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
