import Foundation
import Subprocess
import SystemPackage

extension TestEngine {
    static let command = "/usr/bin/docker"

    /// For programs that are to use this engine.
    package var environment: [String: String] {
        ["DOCKER_HOST": "unix://\(socket)", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent"]
    }

    /// Runs the command `docker`; answers what it prints, without white space at the ends.
    @discardableResult
    package func run(_ arguments: String...) async throws -> String {
        try await run(arguments)
    }

    @discardableResult
    package func run(_ arguments: [String]) async throws -> String {
        try await runProgram(Self.command, arguments)
    }

    /// Runs a program that uses this engine.
    @discardableResult
    package func runProgram(
        _ path: String,
        _ arguments: [String],
        adding more: [String: String] = [:]
    ) async throws -> String {
        let environment = environment.merging(more) { $1 }.map {
            (Environment.Key(stringLiteral: $0.key), $0.value)
        }
        let result = try await Subprocess.run(
            .path(FilePath(path)),
            arguments: Arguments(arguments),
            environment: .custom(Dictionary(uniqueKeysWithValues: environment)),
            input: .none,
            output: .string(limit: 16 << 20),
            error: .string(limit: 16 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            throw EngineFailure("\(path) \(arguments.joined(separator: " ")): \(result.standardError.suffix(3000))")
        }
        return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
