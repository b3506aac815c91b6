import Hummingbird
import NIOCore

/// What a handler knows of the connection that its request came on.
struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Where the request comes from.
    var origin = ClientOrigin.address("")
    /// What the request may expect by its headers.
    var access = Access.denied

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Tells when the client has gone; nil when it has gone already.
    func watch() async -> ConnectionWatch? {
        try? await channel.pipeline.handler(type: ConnectionWatch.self).get()
    }
}
