import GRDB

/// The disk with the state may be full; what is there of it then is for ending runs.
extension Store {
    /// Whether the disk was found full and has no room yet: no run is made or started until it has.
    package var isOutOfRoom: Bool { reserve?.isInUse ?? false }

    /// A moment to compare with later: see `wasOutOfRoom(since:)`.
    package var roomMark: Int { reserve?.uses ?? 0 }

    /// Whether the disk is full, or was found full since a moment.
    package func wasOutOfRoom(since mark: Int) -> Bool { isOutOfRoom || roomMark != mark }

    /// Rings when the disk becomes full or has room again, and once at first.
    package func roomBell() -> AsyncStream<Void> { feeds.bell(of: .room) }

    /// Looks whether the disk has room again; true when it has.
    func restoreRoom() async -> Bool {
        guard let reserve, reserve.isInUse else { return true }
        guard reserve.restore() else { return false }
        feeds.ringRoom()
        feeds.ringQueue()
        // A commit tells everybody who listens for one.
        try? await check()
        return true
    }

    func refuseWithoutRoom() throws {
        if isOutOfRoom { throw StoreError.noRoom }
    }
}

extension StoreError {
    static let noRoom = StoreError(
        .noRoom,
        "The disk with the service's state is full: no run is made until it has room again."
    )
}

extension Error {
    /// Whether it says that the disk is full, in SQLite's words.
    var isOfFullDisk: Bool {
        guard let error = self as? DatabaseError else { return false }
        return error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    }
}
