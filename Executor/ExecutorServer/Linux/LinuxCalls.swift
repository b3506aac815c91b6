import CLinux
import Glibc

/// The Linux calls that Swift's `Glibc` module does not import.
enum LinuxCalls {
    /// Makes orphans among this process's descendants its children.
    static func becomeSubreaper() throws(SystemFailure) {
        guard caretaker_become_subreaper() == 0 else { throw SystemFailure("become the child subreaper") }
    }

    /// Keeps other processes of this user from reading this one's memory, where the API key is for a while.
    static func forbidInspection() throws(SystemFailure) {
        guard caretaker_forbid_inspection() == 0 else { throw SystemFailure("forbid inspection") }
    }

    /// Lets neither this process nor what it becomes gain privileges.
    static func setNoNewPrivileges() throws(SystemFailure) {
        guard caretaker_set_no_new_privileges() == 0 else { throw SystemFailure("set no_new_privs") }
    }

    /// Has this process signalled when the thread that made it ends.
    static func setParentDeathSignal(_ signal: CInt) throws(SystemFailure) {
        guard caretaker_set_parent_death_signal(signal) == 0 else { throw SystemFailure("set the death signal") }
    }

    /// A descriptor that becomes readable when the process ends; nil when there is no such process.
    static func pidfd(of pid: pid_t) -> CInt? {
        let descriptor = caretaker_pidfd_open(pid)
        return descriptor < 0 ? nil : descriptor
    }

    /// Signals the very process that a descriptor stands for, even if its number is taken again.
    static func signal(_ signal: CInt, pidfd: CInt) {
        _ = caretaker_pidfd_send_signal(pidfd, signal)
    }

    /// A file that is nowhere on a disk.
    static func memoryFile(named name: String) -> CInt? {
        let descriptor = caretaker_memory_file(name)
        return descriptor < 0 ? nil : descriptor
    }

    /// Whether `needle` occurs in `bytes`.
    static func contains(_ needle: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        return caretaker_contains(base, bytes.count, needle.utf8Start, needle.utf8CodeUnitCount) != 0
    }
}
