package import Logging
package import Store
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
    private let isOutOfRoom: @Sendable () -> Bool
    private let state = Mutex(State())

    /// Makes a notice.
    ///
    /// - Parameters:
    ///   - folder: The state directory.
    ///   - logger: Where changes are told.
    ///   - measure: Tells how much room a folder has.
    ///   - isOutOfRoom: Tells whether what was put by for a full disk is in use: commits then say nothing of room.
    package init(
        folder: String,
        logger: Logger,
        measure: @escaping @Sendable (String) -> DiskRoom? = { DiskRoom(folder: $0) },
        isOutOfRoom: @escaping @Sendable () -> Bool = { false }
    ) {
        self.folder = folder
        self.logger = logger
        self.isOutOfRoom = isOutOfRoom
        self.measure = measure
    }

    /// How much room there is to be on a file system of a size: on a small one its sixteenth.
    package static func leastRoom(of size: Int64) -> Int64 { min(leastRoom, size / 16) }

    /// Looks how much room there is; nil when nobody can say.
    @discardableResult
    package func look() -> DiskRoom? {
        guard let room = measure(folder) else { return nil }
        note(room) { $0.isLow = room.available < Self.leastRoom(of: room.size) }
        return room
    }

    /// Takes note of a transaction that found no room.
    package func refused() {
        note(measure(folder)) { $0.isRefused = true }
    }

    /// Takes note of a commit.
    func committed() {
        guard state.withLock({ $0.isRefused }), !isOutOfRoom() else { return }
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
