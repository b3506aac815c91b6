import Glibc

/// The wall clock as metrics have it.
package enum WallTime {
    /// Seconds since 1970, with milliseconds.
    package static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec / 1_000_000) / 1000
    }
}
