import CLinux
import Glibc

/// Programs that tests write.
package enum ShellScript {
    package struct NotWritten: Error {
        package let path: String
    }

    /// Writes a program that can be started at once.
    ///
    /// No child that is started meanwhile holds the file open, since a program that someone may write cannot be run.
    package static func write(_ text: String, to path: String) throws {
        let descriptor = caretaker_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o755)
        guard descriptor >= 0 else { throw NotWritten(path: path) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, 0o755) == 0 else {
            throw NotWritten(path: path)
        }
    }
}
