import Foundation
import Subprocess
import SystemPackage

/// A git repository of the tests.
package struct GitRepository: Sendable {
    package let path: String

    package struct Failed: Error {
        package let arguments: [String]
        package let message: String
    }

    /// A repository with files in one commit on `main`.
    package init(at path: String, files: [String: String] = ["README.md": "A repository.\n"]) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await git("init", "-q", "-b", "main")
        for (name, text) in files {
            let file = URL(fileURLWithPath: "\(path)/\(name)")
            let folder = file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        guard !files.isEmpty else { return }
        try await git("add", ".")
        try await git("commit", "-q", "-m", "The first commit")
    }

    /// Runs git in the repository; answers what it prints.
    @discardableResult
    package func git(_ arguments: String...) async throws -> String {
        let result = try await run(
            .path("/usr/bin/git"),
            arguments: Arguments(["-C", path, "-c", "user.name=T", "-c", "user.email=t@localhost"] + arguments),
            environment: .custom(["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"]),
            input: .none,
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 16)
        )
        guard result.terminationStatus.isSuccess else {
            throw Failed(arguments: arguments, message: "\(result.standardError)")
        }
        return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
