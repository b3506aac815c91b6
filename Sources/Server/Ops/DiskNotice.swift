package import Logging
import Synchronization

/// Tells when the disk with the state becomes full, and when there is room again.
///
/// It is full when there is little room, or as long as the database's last transaction failed for want of it.
package final class DiskNotice: Sendable {
    /// Below this much room databases and clones would soon break.
    package static let leastRoom: Int64 = 256 << 20

    private struct State {
        var isLow = false
        var isRefused = false
        var isTold = false
    }

    private let folder: String
    private let logger: Logger
    private let measure: @Sendable (String) -> DiskRoom?
    private let state = Mutex(State())

    /// Makes a notice.
    ///
    /// - Parameters:
    ///   - folder: The state directory.
    ///   - logger: Where changes are told.
    ///   - measure: Tells how much room a folder has.
    package init(
        folder: String,
        logger: Logger,
        measure: @escaping @Sendable (String) -> DiskRoom? = { DiskRoom(folder: $0) }
    ) {
        self.folder = folder
        self.logger = logger
        self.measure = measure
    }

    /// Looks how much room there is; nil when nobody can say.
    @discardableResult
    package func look() -> DiskRoom? {
        guard let room = measure(folder) else { return nil }
        note(room) { $0.isLow = room.available < Self.leastRoom }
        return room
    }

    /// Takes note of a transaction that found no room.
    package func refused() {
        note(measure(folder)) { $0.isRefused = true }
    }

    /// Takes note of a commit.
    func committed() {
        guard state.withLock({ $0.isRefused }) else { return }
        state.withLock { $0.isRefused = false }
        look()
    }

    private func note(_ room: DiskRoom?, _ change: (inout State) -> Void) {
        let news: Bool? = state.withLock { state in
            change(&state)
            let isFull = state.isLow || state.isRefused
            guard isFull != state.isTold else { return nil }
            state.isTold = isFull
            return isFull
        }
        guard let isFull = news else { return }
        logger.log(
            level: isFull ? .error : .notice,
            isFull ? "the disk with the state is full" : "the disk with the state has room again",
            metadata: [
                "message.id": isFull ? "disk_full" : "disk_free", "state.folder": "\(folder)",
                "free": "\((room?.available ?? 0) >> 20) MiB",
            ]
        )
    }
}
