/// How long the HTTP face waits for those who use it.
package struct ServerTimings: Hashable, Sendable {
    /// How long a connection may take to send its next request, or stay without one.
    package var idle: Duration
    /// A comment is sent so often on a silent stream, so that proxies keep it and a dead reader is noticed.
    package var heartbeat: Duration
    /// A reader of a stream that takes nothing for so long is cut; it can resume.
    package var writeDeadline: Duration

    package init(
        idle: Duration = .seconds(30),
        heartbeat: Duration = .seconds(15),
        writeDeadline: Duration = .seconds(10)
    ) {
        self.idle = idle
        self.heartbeat = heartbeat
        self.writeDeadline = writeDeadline
    }
}
