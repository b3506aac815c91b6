import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
package import Model
import NIOCore
import NIOExtras
import NIOPosix
import ServiceLifecycle

/// Serves HTTP on a listening descriptor until the service shuts down.
package struct HTTPListener: Service {
    private let socket: ListeningSocket
    private let face: HTTPFace
    private let access: Setting<AccessRules>
    private let logger: Logger
    private let isListening: @Sendable () -> Void

    /// Makes a listener.
    ///
    /// - Parameters:
    ///   - socket: Where it listens.
    ///   - face: What it serves.
    ///   - access: Who may use it.
    ///   - logger: Where it says what it does.
    ///   - isListening: Called once it serves.
    package init(
        socket: ListeningSocket,
        face: HTTPFace,
        access: Setting<AccessRules>,
        logger: Logger,
        isListening: @escaping @Sendable () -> Void = {}
    ) {
        self.socket = socket
        self.face = face
        self.access = access
        self.logger = logger
        self.isListening = isListening
    }

    package func run() async throws {
        let http = channel()
        let connections = AcceptedConnections<HTTP1Channel.Value>()
        let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
        let server = try await bind(http, connections, quiescing)
        // NIO listens again with its own backlog.
        listen(socket.descriptor, 4096)
        logger.info("listening", metadata: ["message.id": "listening", "address": "\(socket.address)"])
        isListening()
        let ending = ListenerEnding(server: server, connections: connections, quiescing: quiescing)
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    while let accepted = await connections.next() {
                        for connection in accepted {
                            group.addTask {
                                await face.counted { await http.handle(value: connection, logger: logger) }
                            }
                        }
                    }
                }
            } onGracefulShutdown: {
                ending.begin(isSucceeded: socket.isInherited)
            }
        } onCancel: {
            ending.begin(isSucceeded: false)
        }
    }

    private func bind(
        _ http: HTTP1Channel,
        _ connections: AcceptedConnections<HTTP1Channel.Value>,
        _ quiescing: ServerQuiescingHelper
    ) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: socket.address.isTCP ? 1 : 0)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = quiescing.makeServerChannelHandler(channel: channel)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .childChannelInitializer { [logger] channel in
                guard connections.begin() else {
                    return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                let made = http.setup(channel: channel, logger: logger)
                made.whenSuccess(connections.end)
                made.whenFailure { _ in connections.end(nil) }
                return made.map { _ in }
            }
            .withBoundSocket(socket.descriptor)
            .get()
    }

    private func channel() -> HTTP1Channel {
        // Nobody goes on with a socket of our own.
        let patience = socket.isInherited ? TimeAmount.milliseconds(300) : nil
        let responder = face.router(access).buildResponder()
        return HTTP1Channel(
            responder: { [logger] request, writer, channel in
                let source = ApplicationRequestContextSource(channel: channel, logger: logger)
                let response: Response
                do {
                    response = try await responder.respond(to: request, context: ConnectionContext(source: source))
                } catch {
                    logger.error("a request failed", metadata: ["error": "\(error)"])
                    response = Response(status: .internalServerError)
                }
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: .init(
                additionalChannelHandlers: [ConnectionWatch(), LastRequests(patience: patience)],
                idleTimeout: TimeAmount(face.timings.idle),
                httpDecoderConfiguration: .init(maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
            )
        )
    }
}

extension ListenAddress {
    fileprivate var isTCP: Bool {
        if case .tcp = self { true } else { false }
    }
}

/// The lifecycle's log names services by this; the members are of no use there, and the access rules nobody's business.
extension HTTPListener: CustomStringConvertible {
    package var description: String { "HTTPListener(\(socket.address))" }
}
