import Glibc

/// Standard error, for the person at the command line.
enum FailureText {
    static func write(_ text: String) {
        let bytes = [UInt8](text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
