/// The names that metadata keys have in the journal.
enum JournalField {
    /// The longest that journald keeps; it drops the field otherwise, without a word.
    static let longest = 64
    private static let prefix = "META_"

    /// A key's field: upper case, all else than letters and digits an underscore, never one that has a meaning of its own.
    static func name(of key: String) -> String {
        var name: [UInt8] = key.utf8.map { byte in
            switch byte {
            case 0x61...0x7A: byte - 0x20
            case 0x41...0x5A, 0x30...0x39: byte
            default: 0x5F
            }
        }
        let text = String(decoding: name, as: UTF8.self)
        let first = name.first ?? 0x5F
        if first == 0x5F || (0x30...0x39).contains(first) || isReserved(text) { name = Array(prefix.utf8) + name }
        return String(decoding: name.prefix(longest), as: UTF8.self)
    }

    /// Whether a field is written by us, by journald or by the service manager, or is believed by readers.
    private static func isReserved(_ name: String) -> Bool {
        reserved.contains(name)
            || ["SYSLOG_", "CODE_", "OBJECT_", "COREDUMP_", "SWIFT_LOG_", prefix].contains {
                name.hasPrefix($0)
            }
    }

    private static let reserved: Set<String> = [
        "MESSAGE", "MESSAGE_ID", "PRIORITY", "TID", "ERRNO", "EVENT", "UNIT", "USER_UNIT", "SESSION_ID", "JOB_ID",
        "JOB_RESULT", "JOB_TYPE", "INVOCATION_ID", "USER_INVOCATION_ID", "DOCUMENTATION", "OMITTED",
    ]
}
