import Glibc
package import Model

extension Repositories {
    /// Removes mirrors that nobody has used since an instant; they are fetched anew when they are needed again.
    ///
    /// - Parameters:
    ///   - instant: On the wall clock, which files are stamped with.
    ///   - addresses: Repositories whose mirrors stay, as runs name them: work of theirs is on.
    /// - Returns: How many were removed.
    /// - Throws: `CancellationError`, or an error of the file system.
    package func removeMirrors(unusedSince instant: Timestamp, keeping addresses: [String]) async throws -> Int {
        let kept = Set(
            addresses.compactMap { try? RepositoryAddress.parse($0) }.map { Mirror(folder: folder, address: $0).name }
        )
        let names = Files.names(in: folder).filter { $0.hasSuffix(".git") }.map { String($0.dropLast(4)) }
        var count = 0
        for name in names where !kept.contains(name) && lastUse(of: name) < instant {
            try Task.checkCancellation()
            if try await removeMirror(name, unusedSince: instant) { count += 1 }
        }
        return count
    }

    private func removeMirror(_ name: String, unusedSince instant: Timestamp) async throws -> Bool {
        let mirror = Mirror(folder: folder, name: name)
        return try await turns.taking(name) {
            let lock = try await MirrorLockFile.acquire(mirror.lock)
            defer { lock.release() }
            // Somebody may have had the turn before.
            guard mirror.exists, lastUse(of: name) < instant else { return false }
            mirror.removeLeftovers()
            try mirror.discard()
            // The lock's file stays: who waits for it must not have another than who comes after.
            return true
        }
    }

    /// When a mirror was last worked in; what cannot be looked at was used just now.
    private func lastUse(of name: String) -> Timestamp {
        let mirror = Mirror(folder: folder, name: name)
        let times = [mirror.lock, mirror.path].compactMap(Files.changed)
        return times.max() ?? Timestamp(milliseconds: .max)
    }
}
