import Glibc

/// A session that was started for one git process, with everything that git started in it.
///
/// Its leader's number is only taken while the leader or a member of its group lives, so a signal can hit nobody else
/// before the numbers of the whole machine have gone round once.
struct ProcessGroup: Sendable {
    let leader: pid_t

    /// Kills whatever is left; nothing left is the usual case.
    func killRest() {
        guard leader > 1 else { return }
        _ = kill(-leader, SIGKILL)
    }
}
