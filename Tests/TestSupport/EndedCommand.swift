import Foundation

/// What became of a command.
package struct EndedCommand: Sendable {
    package let code: Int32
    package let output: String
    package let error: String

    /// Runs `caretaker` to its end.
    package static func caretaker(_ arguments: [String]) async throws -> EndedCommand {
        try await program(Binaries.path("caretaker"), arguments, environment: [:])
    }

    /// Runs a program to its end.
    package static func program(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"]
    ) async throws -> EndedCommand {
        let output = "/tmp/ct-output-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let process = try ChildProcess(path, arguments, environment: environment, output: output)
        var error = ""
        for await line in process.errorLines { error += line + "\n" }
        let code = await process.exit()
        return EndedCommand(code: code, output: try String(contentsOfFile: output, encoding: .utf8), error: error)
    }
}
