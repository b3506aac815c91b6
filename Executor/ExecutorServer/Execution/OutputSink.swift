import ExecutorAPI

/// Where a watched process's output goes.
protocol OutputSink: AnyObject {
    /// Takes a chunk of at most `SpoolWriter.chunkLimit` bytes.
    func take(_ chunk: UnsafeRawBufferPointer) -> SpoolWriter.Arrival

    /// Why the process is to be ended, once nothing more is taken.
    var stopped: (reason: ExitRecord.Ending, detail: String)? { get }
}
