import ArgumentParser
import CLinux
import Glibc

/// The user that the agent is where the executor may become others, as in a container; never root.
struct AgentUser: Hashable, Sendable {
    let uid: uid_t
    let gid: gid_t

    /// - Returns: Nil for root, and for the numbers that stand for no user at all.
    init?(uid: uid_t, gid: gid_t) {
        guard uid != 0, gid != 0, uid != .max, gid != .max else { return nil }
        self.uid = uid
        self.gid = gid
    }

    /// Makes this process this user, for ever: without groups, without capabilities and without a way back.
    ///
    /// What the kernel binds to threads is done for the calling one, which is to become the program.
    func become() throws(SystemFailure) {
        caretaker_empty_inherited_capabilities()
        guard setgroups(0, nil) == 0 else { throw SystemFailure("leave all groups") }
        guard setresgid(gid, gid, gid) == 0 else { throw SystemFailure("become group \(gid)") }
        guard setresuid(uid, uid, uid) == 0 else { throw SystemFailure("become user \(uid)") }
        guard caretaker_drop_capabilities() == 0 else { throw SystemFailure("drop the capabilities") }
        guard isForEver else { throw SystemFailure("give up root for user \(uid)", code: EPERM) }
    }

    private var isForEver: Bool {
        getuid() == uid && geteuid() == uid && getgid() == gid && getegid() == gid && getgroups(0, nil) == 0
            && caretaker_has_capabilities() == 0 && setuid(0) != 0 && setgid(0) != 0
    }
}

extension AgentUser: ExpressibleByArgument {
    /// `UID` or `UID:GID`; the group's number is the user's unless it is given.
    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { uid_t($0) }
        guard (1...2).contains(parts.count), let uid = parts[0], let gid = parts[parts.count - 1] else { return nil }
        self.init(uid: uid, gid: gid)
    }
}
