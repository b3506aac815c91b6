import Glibc

/// The time of a line.
enum LogClock {
    /// The local time with its distance from UTC, to the second, as swift-log's own handler writes it.
    static func local() -> String { format("%Y-%m-%dT%H:%M:%S%z", time(nil)) { localtime_r($0, $1) } }

    /// The time in UTC, to the microsecond.
    static func universal() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let fraction = String(1_000_000 + now.tv_nsec / 1000).dropFirst()
        return format("%Y-%m-%dT%H:%M:%S", now.tv_sec) { gmtime_r($0, $1) } + ".\(fraction)Z"
    }

    private static func format(
        _ pattern: String,
        _ seconds: time_t,
        _ convert: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
    ) -> String {
        var seconds = seconds
        var parts = tm()
        guard convert(&seconds, &parts) != nil else { return "-" }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, pattern, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
