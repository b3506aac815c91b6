import FoundationEssentials
import Subprocess
import SystemPackage

@testable import Repositories

extension Scratch {
    /// Runs a server in a session of its own while the work is done, and ends it with all that it started.
    ///
    /// The work begins once the server has printed a line with `ready`, on either stream, and gets the rest of it.
    func serving<Result: Sendable>(
        _ command: [String],
        ready: String,
        _ work: (String) async throws -> Result
    ) async throws -> Result {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
        ]
        let outcome = try await Subprocess.run(
            .path(FilePath(command[0])),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .custom([
                "PATH": "/usr/sbin:/usr/bin:/bin", "HOME": file("home"), "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": file("server.gitconfig"), "PYTHONUNBUFFERED": "1",
            ]),
            workingDirectory: FilePath(path),
            platformOptions: options,
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { server in
            var seen: [UInt8] = []
            for try await buffer in server.standardOutput {
                buffer.withUnsafeBytes { seen += $0 }
                let lines = seen.split(whereSeparator: { $0 < 0x20 }).map { String(decoding: $0, as: UTF8.self) }
                if let line = lines.first(where: { $0.contains(ready) }), seen.last == UInt8(ascii: "\n") {
                    let rest = line.split(separator: ready, maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
                    let answer: Swift.Result<Result, any Error>
                    do { answer = .success(try await work(String(rest))) } catch { answer = .failure(error) }
                    await server.teardown(using: options.teardownSequence)
                    return answer
                }
            }
            throw Failed(description: "\(command) never said `\(ready)`: \(String(decoding: seen, as: UTF8.self))")
        }
        return try outcome.closureResult.get()
    }
}
