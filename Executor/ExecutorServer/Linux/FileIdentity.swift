import CLinux
import Glibc

/// Whose rights on files a thread has.
enum FileIdentity {
    /// Does work on files with a user's rights, and with nothing of root's.
    ///
    /// The kernel then checks each step of each path as for that user, so that no link can lead to more than the user
    /// could reach by itself; the capabilities that reach files are gone meanwhile. Signals and inspection still find
    /// root, which setting the thread's user would not give.
    static func with<Value>(_ user: AgentUser, _ body: () throws -> Value) rethrows -> Value {
        // The rights are the thread's alone, and the body is synchronous: nothing else runs on the thread until it has
        // the rights from before again. A thread with the wrong ones must not go on, so a failure ends the process.
        let before = (user: caretaker_file_user(), group: caretaker_file_group())
        set(user: user.uid, group: user.gid)
        defer {
            set(user: before.user, group: before.group)
            // The kernel may let others inspect a process again that changed its rights.
            _ = caretaker_forbid_inspection()
        }
        return try body()
    }

    private static func set(user: uid_t, group: gid_t) {
        precondition(caretaker_set_file_group(group) == 0, "The thread's group on files cannot be set.")
        precondition(caretaker_set_file_user(user) == 0, "The thread's user on files cannot be set.")
    }
}
