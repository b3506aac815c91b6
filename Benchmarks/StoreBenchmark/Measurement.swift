import Glibc

/// What writing messages took.
struct Measurement {
    var perSecond: Double
    /// Of one append or transaction, in microseconds.
    var p50: Double
    /// Of the whole process, in microseconds a message; steadier than rates on a busy machine.
    var processorTime: Double

    init(messages: Int, seconds: Double, processorSeconds: Double, times: [Double]) {
        perSecond = Double(messages) / seconds
        p50 = Self.median(times) * 1e6
        processorTime = processorSeconds / Double(messages) * 1e6
    }

    init(medianOf measurements: [Measurement]) {
        perSecond = Self.median(measurements.map(\.perSecond))
        p50 = Self.median(measurements.map(\.p50))
        processorTime = Self.median(measurements.map(\.processorTime))
    }

    /// The processor time of the process so far, in seconds.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}
