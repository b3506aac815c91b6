import CLinux
import Glibc

/// The Linux calls that Swift's `Glibc` module does not import.
///
/// The last two are GNU's and looked up by name; this is the only file that casts function pointers, each to the type
/// that is the call's declaration in its manual page.
enum LinuxCalls {
    private typealias MemfdCreate = @convention(c) (UnsafePointer<CChar>, CUnsignedInt) -> CInt
    private typealias Memmem = @convention(c) (UnsafeRawPointer, Int, UnsafeRawPointer, Int) -> UnsafeMutableRawPointer?

    private static let memfdCreate = find("memfd_create", as: MemfdCreate.self)
    private static let memmem = find("memmem", as: Memmem.self)

    /// Makes orphans among this process's descendants its children.
    static func becomeSubreaper() throws(SystemFailure) {
        guard caretaker_become_subreaper() == 0 else { throw SystemFailure("become the child subreaper") }
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
        guard let memfdCreate else { return nil }
        let descriptor = memfdCreate(name, 1)  // MFD_CLOEXEC
        return descriptor < 0 ? nil : descriptor
    }

    /// Whether `needle` occurs in `bytes`.
    static func contains(_ needle: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress, let memmem else { return false }
        return memmem(base, bytes.count, needle.utf8Start, needle.utf8CodeUnitCount) != nil
    }

    private static func find<Function>(_ name: String, as type: Function.Type) -> Function? {
        guard let symbol = dlsym(nil, name) else { return nil }
        return unsafeBitCast(symbol, to: type)
    }
}
