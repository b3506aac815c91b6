import ExecutorAPI

/// One execution as its readers and its thread share it.
///
/// The thread publishes how far the spool goes; readers wait for more without polling.
final class Execution: Sendable {
    /// How far the spool goes.
    struct Progress: Sendable {
        /// How many bytes of the spool are whole frames.
        var end = 0
        /// Whether the exit frame is among them.
        var isFinished = false
        /// The exit frame when the file system did not take it.
        var unwritten: [UInt8] = []
    }

    private enum Phase: Sendable {
        case preparing
        case open(Progress)
        case failed(CallFailure)
    }

    let id: String
    let folder: String
    /// What calls ask of the execution's thread.
    let orders: Orders
    private let phase: Watched<Phase>

    init(id: String, folder: String, orders: Orders) {
        self.id = id
        self.folder = folder
        self.orders = orders
        phase = Watched(.preparing)
    }

    /// An execution that was over before this executor started.
    convenience init(id: String, folder: String, finishedAt end: Int, orders: Orders) {
        self.init(id: id, folder: folder, orders: orders)
        publish(Progress(end: end, isFinished: true))
    }

    var spool: String { "\(folder)/\(RunFolder.spool)" }

    /// The thread's word that the spool exists, or grew, or has its exit frame.
    func publish(_ progress: Progress) {
        phase.change { $0 = .open(progress) }
    }

    /// The thread's word that the execution could not even get its folder: nothing was started.
    func fail(_ failure: CallFailure) {
        phase.change { $0 = .failed(failure) }
    }

    /// Waits until the spool exists.
    func opened() async throws {
        _ = try await progress(beyond: -1)
    }

    /// Waits until the spool goes beyond a place or is finished.
    func progress(beyond place: Int) async throws -> Progress {
        try await phase.first { phase in
            switch phase {
            case .preparing: nil
            case .open(let progress): progress.end > place || progress.isFinished ? progress : nil
            case .failed(let failure): throw failure
            }
        }
    }

    /// Waits for the exit frame.
    func finished() async throws {
        _ = try await progress(beyond: .max)
    }
}
