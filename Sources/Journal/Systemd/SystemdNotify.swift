import Glibc

/// Tells the service manager how this service is; says nothing where none listens.
///
/// A call may wait for the manager for up to two seconds, and answers whether it was told.
package struct SystemdNotify: Sendable {
    /// How often the manager wants to hear that all is well; nil when it does not.
    ///
    /// To be on the safe side one tells it twice as often.
    package let watchdogInterval: Duration?
    private let socket: DatagramSocket?

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    package init(environment: [String: String]) {
        socket = environment["NOTIFY_SOCKET"].flatMap(DatagramSocket.init)
        watchdogInterval = Self.watchdogInterval(environment)
    }

    /// Whether a manager listens.
    package var isHeard: Bool { socket != nil }

    @discardableResult
    package func ready(_ status: String? = nil) -> Bool {
        send(["READY=1"] + Self.lines(status))
    }

    /// One line for `systemctl status`.
    @discardableResult
    package func status(_ text: String) -> Bool { send(Self.lines(text)) }

    @discardableResult
    package func stopping(_ status: String? = nil) -> Bool {
        send(["STOPPING=1"] + Self.lines(status))
    }

    /// Begins a reload, which `ready` ends.
    @discardableResult
    package func reloading(_ status: String? = nil) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1000
        return send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"] + Self.lines(status))
    }

    /// Asks for that much more time, from now on, to start, reload or stop.
    @discardableResult
    package func extendTimeout(by time: Duration) -> Bool {
        send(["EXTEND_TIMEOUT_USEC=\(max(1, Int64(time / .microseconds(1))))"])
    }

    /// All is well.
    @discardableResult
    package func watchdog() -> Bool { send(["WATCHDOG=1"]) }

    /// All is lost: the manager does what it does when the watchdog has heard nothing for too long.
    @discardableResult
    package func triggerWatchdog() -> Bool { send(["WATCHDOG=trigger"]) }

    /// Why the start failed, as an error number.
    @discardableResult
    package func failed(_ code: Int32, _ status: String) -> Bool {
        send(["ERRNO=\(code)"] + Self.lines(status))
    }

    private func send(_ lines: [String]) -> Bool {
        socket?.send(lines.joined(separator: "\n")) ?? false
    }

    /// A status of one line, whatever is in it: another line would be another order to the manager.
    ///
    /// The manager takes a backslash for the mark of what follows it, so that each is doubled.
    private static func lines(_ status: String?) -> [String] {
        guard let status else { return [] }
        return ["STATUS=\(SafeText(place: .open, limit: 1024).text(status).replacing("\\", with: "\\\\"))"]
    }

    private static func watchdogInterval(_ environment: [String: String]) -> Duration? {
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init), microseconds > 0 else { return nil }
        if let pid = environment["WATCHDOG_PID"], pid != "\(getpid())" { return nil }
        return .microseconds(microseconds)
    }
}
