import CLinux
import Foundation
import Glibc

/// A pipe that is soon full, whose reader takes its time.
package final class SmallPipe: Sendable {
    /// For those who write.
    package let writing: CInt
    private let reading: FileHandle

    package struct NoPipe: Error {}

    package init() throws {
        var ends: [CInt] = [0, 0]
        guard caretaker_pipe(&ends) == 0 else { throw NoPipe() }
        reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        writing = ends[1]
        // F_SETPIPE_SZ, which Swift does not see: the least that there is.
        guard fcntl(writing, 1031, CInt(4096)) == 4096 else { throw NoPipe() }
    }

    /// How many bytes wait to be read.
    package var waiting: Int {
        var count: CInt = 0
        return ioctl(reading.fileDescriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// Whether who writes has to wait.
    package var isFull: Bool {
        var wanted = pollfd(fd: writing, events: Int16(POLLOUT), revents: 0)
        return poll(&wanted, 1, 0) == 0
    }

    /// Gives up the end for those who write.
    package func closeWriting() { close(writing) }

    /// Begins to read: what is written until nobody can write any more; to be called once.
    package func lines() -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let reading = reading
        Thread.detachNewThread {
            let text = String(decoding: reading.readDataToEndOfFile(), as: UTF8.self)
            for line in text.split(separator: "\n") { continuation.yield(String(line)) }
            continuation.finish()
        }
        return stream
    }
}
