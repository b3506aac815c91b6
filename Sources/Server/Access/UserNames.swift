import Glibc
import Synchronization

/// The names of this machine's users, each looked up once.
enum UserNames {
    private static let known = Mutex<[UInt32: String]>([:])

    /// A user as people know it: `uid 1000 (ann)`.
    static func describe(_ user: UInt32) -> String {
        if let text = known.withLock({ $0[user] }) { return text }
        let text = name(of: user).map { "uid \(user) (\($0))" } ?? "uid \(user)"
        known.withLock { $0[user] = text }
        return text
    }

    private static func name(of user: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, let name = found?.pointee.pw_name else {
            return nil
        }
        return String(cString: name)
    }
}
