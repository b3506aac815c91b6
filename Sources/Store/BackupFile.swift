import GRDB
import Glibc
import Synchronization

/// A copy of the database that has no name any more: it goes with this, however the service ends.
package final class BackupFile: Sendable {
    package let bytes: Int64
    private let descriptor: CInt
    private let turn: BackupTurns.Turn

    init(path: String, turn: BackupTurns.Turn) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PrivateFile.failure(path) }
        unlink(path)
        var status = stat()
        fstat(descriptor, &status)
        bytes = Int64(status.st_size)
        self.turn = turn
    }

    deinit { close(descriptor) }

    /// A piece of it, empty at its end; blocks while the disk reads.
    package func read(at offset: Int64, count: Int) throws -> [UInt8] {
        var failure: CInt = 0
        let piece = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            let taken = pread(descriptor, buffer.baseAddress, count, off_t(offset))
            if taken < 0 { failure = errno }
            length = max(0, taken)
        }
        guard failure == 0 else { throw StoreError(.unusable, String(cString: strerror(failure))) }
        return piece
    }
}

/// Lets one backup be made at a time.
final class BackupTurns: Sendable {
    private let isTaken = Mutex(false)

    /// A turn ends when nobody holds it.
    final class Turn: Sendable {
        private let turns: BackupTurns

        fileprivate init(_ turns: BackupTurns) { self.turns = turns }

        deinit { turns.isTaken.withLock { $0 = false } }
    }

    /// Nil while another has the turn.
    func take() -> Turn? {
        let isFree = isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
        return isFree ? Turn(self) : nil
    }
}
