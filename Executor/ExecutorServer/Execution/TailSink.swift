import ExecutorAPI

/// Keeps the end of what a program prints.
final class TailSink: OutputSink {
    private(set) var tail = Tail()

    var stopped: (reason: ExitRecord.Ending, detail: String)? { nil }

    func take(_ chunk: UnsafeRawBufferPointer) -> SpoolWriter.Arrival {
        tail.append(chunk)
        return SpoolWriter.Arrival()
    }
}
