import CLinux
import Foundation
import Glibc

/// A child of the tests whose standard error is read line by line and whose end can be awaited.
package final class ChildProcess: Sendable {
    package let pid: CInt
    /// What it writes to standard error; single use.
    package let errorLines: AsyncStream<String>
    private let ending: AsyncStream<Int32>

    package struct NotStarted: Error {
        package let path: String
        package let reason: String
    }

    /// Starts a program; its standard output is discarded unless a file is given.
    ///
    /// - Parameters:
    ///   - path: The program's.
    ///   - arguments: Without its name.
    ///   - environment: All variables that it has.
    ///   - input: The file that is its standard input.
    ///   - output: The file that gets its standard output.
    ///   - error: A descriptor for its standard error, which then is not read here.
    ///   - descriptors: Descriptors of this process by the numbers that they have there; all are above those numbers.
    /// - Throws: `NotStarted`.
    package init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        input: String = "/dev/null",
        output: String = "/dev/null",
        error: CInt? = nil,
        descriptors: [CInt: CInt] = [:]
    ) throws {
        if let error {
            pid = try Self.spawn(path, arguments, environment, input, output, [2: error].merging(descriptors) { $1 })
            errorLines = AsyncStream { $0.finish() }
            ending = Self.ending(of: pid)
            return
        }
        var pipe: [CInt] = [0, 0]
        guard caretaker_pipe(&pipe) == 0 else { throw NotStarted(path: path, reason: "no pipe") }
        defer { close(pipe[1]) }
        pid = try Self.spawn(path, arguments, environment, input, output, [2: pipe[1]].merging(descriptors) { $1 })
        errorLines = Self.lines(of: pipe[0])
        ending = Self.ending(of: pid)
    }

    package func send(_ signal: CInt) {
        kill(pid, signal)
    }

    /// The exit code, or 128 plus the signal's number; to be asked once.
    package func exit() async -> Int32 {
        for await code in ending { return code }
        return -1
    }

    private static func spawn(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ input: String,
        _ output: String,
        _ descriptors: [CInt: CInt]
    ) throws -> CInt {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDWR | O_NOCTTY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        for (number, descriptor) in descriptors { posix_spawn_file_actions_adddup2(&actions, descriptor, number) }
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in argv + envp { free(pointer) }
        }
        var pid: CInt = 0
        let status = posix_spawn(&pid, path, &actions, nil, &argv, &envp)
        guard status == 0 else { throw NotStarted(path: path, reason: String(cString: strerror(status))) }
        return pid
    }

    private static func lines(of descriptor: CInt) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        Thread.detachNewThread {
            var rest: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count <= 0 { break }
                rest += buffer[..<count]
                while let end = rest.firstIndex(of: 0x0A) {
                    continuation.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
            }
            close(descriptor)
            continuation.finish()
        }
        return stream
    }

    private static func ending(of pid: CInt) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            continuation.yield(signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            continuation.finish()
        }
        return stream
    }
}
