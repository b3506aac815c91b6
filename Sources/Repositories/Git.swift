import Subprocess
import SystemPackage

/// Starts git: the one place where this service starts a process of git or ssh.
struct Git: Sendable {
    let environment: GitEnvironment
    /// The remote that commands may reach; nil for none.
    let address: RepositoryAddress?
    /// The held lock of the mirror, which each git process inherits as its standard input.
    let lock: MirrorLockFile?

    /// What a finished git process left.
    struct Outcome: Sendable {
        let succeeded: Bool
        let output: [UInt8]
        /// The tail of standard error, fit for a message.
        let complaint: String

        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [String] {
            output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Runs a command to its end, whatever that is.
    func run(
        _ command: GitCommand,
        in repository: String? = nil,
        lines: [UInt8]? = nil,
        outputLimit: Int = 1 << 20
    ) async throws -> Outcome {
        if let lines {
            return try await start(command, in: repository, input: .array(lines), outputLimit: outputLimit)
        }
        guard let lock else {
            return try await start(command, in: repository, input: .none, outputLimit: outputLimit)
        }
        let input = FileDescriptorInput.fileDescriptor(lock.descriptor, closeAfterSpawningProcess: false)
        return try await start(command, in: repository, input: input, outputLimit: outputLimit)
    }

    /// Runs a command that reads a file, from where the descriptor stands.
    func run(_ command: GitCommand, in repository: String, reading file: FileDescriptor) async throws -> Outcome {
        let input = FileDescriptorInput.fileDescriptor(file, closeAfterSpawningProcess: false)
        return try await start(command, in: repository, input: input, outputLimit: 1 << 20)
    }

    private func start(
        _ command: GitCommand,
        in repository: String?,
        input: some InputProtocol,
        outputLimit: Int
    ) async throws -> Outcome {
        try Task.checkCancellation()
        let (variables, secrets) = try environment.variables(for: address)
        var group: ProcessGroup?
        defer { group?.killRest() }
        let result = try await Subprocess.run(
            configuration(command, in: repository, variables: variables),
            input: input,
            output: .bytes(limit: outputLimit),
            error: .sequence
        ) { execution in
            let started = ProcessGroup(leader: execution.processIdentifier.value)
            group = started
            lock?.note(started)
            return try await tail(of: execution.standardError)
        }
        try Task.checkCancellation()
        return Outcome(
            succeeded: result.terminationStatus.isSuccess,
            output: result.standardOutput,
            complaint: Printable.tail(result.closureResult, secrets: secrets)
        )
    }

    private func configuration(
        _ command: GitCommand,
        in repository: String?,
        variables: [String: String]
    ) -> Configuration {
        var options = PlatformOptions()
        // A session of its own, so that a signal to the group also ends ssh and index-pack, and never us.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        let git = environment.settings.git
        let keyed = variables.map { (Environment.Key(rawValue: $0.key), $0.value) }
        return Configuration(
            executable: git.utf8.first == UInt8(ascii: "/") ? .path(FilePath(git)) : .name(git),
            arguments: Arguments(command.arguments(in: repository, transport: address?.transport)),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: keyed.compactMap { key, value in key.map { ($0, value) } })
            ),
            workingDirectory: FilePath(environment.folder),
            platformOptions: options
        )
    }

    /// Reads standard error to its end and keeps the last 8 KB.
    private func tail(of stream: SubprocessOutputSequence) async throws -> String {
        let limit = 8 << 10
        var kept: [UInt8] = []
        for try await buffer in stream {
            buffer.withUnsafeBytes { kept.append(contentsOf: $0) }
            if kept.count > 2 * limit { kept.removeFirst(kept.count - limit) }
        }
        return String(decoding: kept.suffix(limit), as: UTF8.self)
    }
}
