import Foundation
import Glibc

/// A file with a secret, which is nobody's business but its owner's and its group's.
enum SecretFile {
    /// What is in it, without the white space around.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - key: The key that names it, for messages.
    /// - Returns: The text, which is not empty.
    /// - Throws: `ConfigurationProblems`.
    static func read(_ path: String, of key: String) throws -> String {
        var status = stat()
        guard stat(path, &status) == 0, let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationProblems(key, "\(path) cannot be read")
        }
        guard status.st_mode & S_IROTH == 0 else {
            throw ConfigurationProblems(key, "\(path) can be read by every user: chmod o-r \(path)")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else { throw ConfigurationProblems(key, "\(path) is empty") }
        return secret
    }
}
