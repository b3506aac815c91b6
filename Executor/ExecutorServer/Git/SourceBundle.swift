import Glibc

/// A bundle in the run's folder, where the agent's git cannot read it.
struct SourceBundle: Sendable {
    private let path: String
    private let places: Places

    init(_ path: String, places: Places) {
        self.path = path
        self.places = places
    }

    /// Gives the path of a bundle that git can read: a copy of the agent's, which goes afterwards, where git is the agent.
    func withReadable<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        guard places.agentUser != nil else { return try await body(path) }
        let copy = "\(places.workspace).bundle"
        defer { places.asAgent { _ = unlink(copy) } }
        if let failure = try await BlockingThread.run({ self.copy(to: copy) }) {
            throw GitFailure("The bundle could not be copied to the volume: \(failure)")
        }
        return try await body(copy)
    }

    private func copy(to copy: String) -> SystemFailure? {
        do throws(SystemFailure) {
            let source = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW)
            let target = try openTarget(copy)
            try source.copyAll(to: target)
            return nil
        } catch {
            return error
        }
    }

    /// A new file; what has its name goes, so that nothing is written through a link.
    private func openTarget(_ copy: String) throws(SystemFailure) -> Descriptor {
        let opened = places.asAgent {
            unlink(copy)
            let number = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            return (number: number, code: errno)
        }
        guard opened.number >= 0 else { throw SystemFailure("open \(copy)", code: opened.code) }
        return Descriptor(owning: opened.number)
    }
}
