import ExecutorAPI
import Glibc

/// Makes the ground ready on which an agent with a user of its own lives.
struct AgentGround {
    let places: Places
    let user: AgentUser

    /// Why the agent could not be kept apart.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Ends what an earlier agent left, gives up groups that files could be reached by, and hands the volume over.
    func prepare() throws {
        guard geteuid() == 0 else { throw Failure(description: "--agent-user needs root.") }
        try refuseSharedFolders()
        guard setgroups(0, nil) == 0 else { throw SystemFailure("leave all groups") }
        // First, so that nobody bends the paths that follow.
        Leftovers.kill(of: user)
        for path in Set([places.workspace, places.home].map(Self.parent)) { try handOver(path) }
    }

    /// The agent may do what it likes to the folders around its own, so these must not be in the run's folder.
    private func refuseSharedFolders() throws(Failure) {
        for path in [places.workspace, places.home] where "\(Self.parent(of: path))/".hasPrefix("\(places.run)/") {
            throw Failure(description: "With --agent-user, --workspace and --home must be outside of the run's folder.")
        }
    }

    /// Gives the agent a folder that is root's and empty, as a new volume is; any other stays whose it is.
    private func handOver(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw SystemFailure("look at \(path)") }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == 0 else { return }
        guard SafeFile.names(in: path).allSatisfy({ $0 == "lost+found" }) else { return }
        guard lchown(path, user.uid, user.gid) == 0 else { throw SystemFailure("hand over \(path)") }
    }

    private static func parent(of path: String) -> String {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }
}
