import Glibc
import Synchronization

/// Room on the disk that is put by: when the disk is full it is given up, so that runs can be ended and told.
package final class DiskReserve: Sendable {
    package static let bytes: Int64 = 16 << 20

    private struct State {
        var isHeld = false
        var uses = 0
    }

    private let folder: String
    private let state = Mutex(State())

    /// Puts the room by, if there is as much.
    ///
    /// - Parameter folder: The state directory.
    package init(folder: String) {
        self.folder = folder
        // What an earlier service put by is what this one needs.
        if !take() { state.withLock { $0.uses = 1 } }
    }

    private var path: String { "\(folder)/ballast" }

    /// Whether the disk was found full, and has no room yet to put by again.
    package var isInUse: Bool { state.withLock { !$0.isHeld } }

    /// How often the disk was found full.
    var uses: Int { state.withLock { $0.uses } }

    /// Gives the room up; false when that was done before.
    func use() -> Bool {
        state.withLock { state in
            guard state.isHeld else { return false }
            state.isHeld = false
            state.uses += 1
            unlink(path)
            return true
        }
    }

    /// Puts the room by again when at least as much is left beside it; answers whether it is there.
    func restore() -> Bool {
        if !isInUse { return true }
        guard let room = DiskRoom(folder: folder), room.available >= 2 * Self.bytes else { return false }
        return take()
    }

    private func take() -> Bool {
        // Who tried in vain would for a moment take the last room from others.
        let missing = Self.bytes - (DiskRoom.bytes(of: path) ?? 0)
        guard let room = DiskRoom(folder: folder), room.available >= missing else { return false }
        return state.withLock { state in
            state.isHeld = Self.allocate(path)
            if !state.isHeld { unlink(path) }
            return state.isHeld
        }
    }

    /// Real blocks: a file with holes would put nothing by.
    private static func allocate(_ path: String) -> Bool {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return posix_fallocate(descriptor, 0, off_t(bytes)) == 0
    }
}
