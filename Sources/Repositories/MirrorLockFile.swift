import Glibc
import SystemPackage

/// A lock on a mirror that outlives the service for as long as a git process of it does.
///
/// Git inherits the locked file as its standard input. After a `kill -9` of the service, the next one therefore sees
/// whether an old git still works in the mirror; it waits a little, and then ends that git by the number in the file.
struct MirrorLockFile: Sendable {
    let descriptor: FileDescriptor
    private let path: String

    /// Opens and locks; every wait is cancellable.
    static func acquire(_ path: String, patience: Duration = .seconds(3)) async throws -> MirrorLockFile {
        let descriptor = try FileDescriptor.open(
            path,
            .readWrite,
            options: [.create, .closeOnExec, .noFollow],
            permissions: [.ownerReadWrite]
        )
        let file = MirrorLockFile(descriptor: descriptor, path: path)
        do {
            try await file.lock(patience: patience)
        } catch {
            try? descriptor.close()
            throw error
        }
        return file
    }

    func release() {
        try? descriptor.close()
    }

    /// Writes down who inherits the lock.
    func note(_ group: ProcessGroup) {
        let line = Array("\(group.leader)\n".utf8)
        guard (try? descriptor.resize(to: 0)) != nil else { return }
        _ = try? descriptor.writeAll(toAbsoluteOffset: 0, line)
    }

    private func lock(patience: Duration) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Errno(rawValue: errno) }
            if clock.now >= deadline { holder()?.killRest() }
            try await clock.sleep(for: .milliseconds(50))
        }
    }

    /// The git that holds the lock, if the one written down still has the file as its standard input.
    private func holder() -> ProcessGroup? {
        guard let bytes = try? Files.read(path, limit: 32),
            let leader = pid_t(String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)),
            let input = Files.realPath("/proc/\(leader)/fd/0"), input == Files.realPath(path)
        else { return nil }
        return ProcessGroup(leader: leader)
    }
}
