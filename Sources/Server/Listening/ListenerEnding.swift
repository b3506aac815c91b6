import HummingbirdCore
import NIOCore
import NIOExtras

/// Ends a listener: no more connections are accepted, and those that are there are served to their ends.
struct ListenerEnding: Sendable {
    let server: any Channel
    let connections: AcceptedConnections<HTTP1Channel.Value>
    let quiescing: ServerQuiescingHelper

    /// - Parameter isSucceeded: Whether another service goes on with the socket, so that nobody may notice.
    func begin(isSucceeded: Bool) {
        guard isSucceeded else { return quiesce() }
        // A connection that is accepted when the socket is closed would be closed with it.
        server.setOption(.autoRead, value: false).whenComplete { _ in quiesceOnceSettled() }
    }

    private func quiesceOnceSettled() {
        server.eventLoop.scheduleTask(in: .milliseconds(20)) {
            connections.isSettled ? quiesce() : quiesceOnceSettled()
        }
    }

    private func quiesce() {
        let promise = server.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in connections.finish() }
        quiescing.initiateShutdown(promise: promise)
    }
}
