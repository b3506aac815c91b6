import Foundation

/// Programs that tests run to their end.
enum Program {
    struct Result {
        let code: Int32
        let output: String
        let errors: String
    }

    static func run(_ path: String, _ arguments: [String], in folder: String? = nil) async throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        // Foundation keeps them open, and with more than 1,024 descriptors its processes are never heard of again.
        defer { for pipe in [output, errors] { try? pipe.fileHandleForReading.close() } }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return Result(
            code: process.terminationStatus,
            output: String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self),
            errors: String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        )
    }

    /// Runs git and returns what it printed.
    @discardableResult
    static func git(_ arguments: String..., in folder: String) async throws -> String {
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "safe.directory=*"]
        let result = try await run("/usr/bin/git", identity + arguments, in: folder)
        guard result.code == 0 else { throw TestFailure("git \(arguments): \(result.errors)") }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
