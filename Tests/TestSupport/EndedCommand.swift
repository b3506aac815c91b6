import Foundation

/// What became of a command.
package struct EndedCommand: Sendable {
    package let code: Int32
    package let output: String
    package let error: String

    /// Runs `caretaker` to its end.
    package static func caretaker(_ arguments: [String]) async throws -> EndedCommand {
        let output = "/tmp/ct-output-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let process = try ChildProcess(Binaries.path("caretaker"), arguments, environment: [:], output: output)
        var error = ""
        for await line in process.errorLines { error += line + "\n" }
        let code = await process.exit()
        return EndedCommand(code: code, output: try String(contentsOfFile: output, encoding: .utf8), error: error)
    }
}
