import Glibc
import Synchronization

/// What the rest of the executor asks of the thread that watches a process, and the pipe that wakes it.
final class Orders: Sendable {
    /// Why the process is to be ended from outside.
    enum Stop: Sendable {
        case cancel
        case shutdown
    }

    private let pipe: WakePipe
    private let stop = Mutex<Stop?>(nil)

    init() throws(SystemFailure) {
        pipe = try WakePipe()
    }

    /// Readable after `wake` or `end`, until `takeWake`.
    var descriptor: CInt { pipe.ends.reading.number }

    var stopOrder: Stop? { stop.withLock { $0 } }

    /// Orders the end; the first order stays.
    func end(_ reason: Stop) {
        stop.withLock { $0 = $0 ?? reason }
        wake()
    }

    /// Makes the thread look at its children and orders.
    func wake() {
        withUnsafeBytes(of: UInt8(0)) { _ = write(pipe.ends.writing.number, $0.baseAddress, 1) }
    }

    func takeWake() {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            while read(pipe.ends.reading.number, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}

/// A pipe that neither blocks its writer nor its reader.
private struct WakePipe: ~Copyable, Sendable {
    let ends: Pipe

    init() throws(SystemFailure) {
        ends = try Pipe()
        ends.reading.setNonBlocking()
        ends.writing.setNonBlocking()
    }
}
