import Subprocess
import SystemPackage

/// Git as it is run on the agent's repository, which is never trusted: an environment from nothing, no hooks, no
/// monitors, no prompts, no system configuration, a session of its own, a time limit, and the agent's user.
struct Git: Sendable {
    /// What a command printed.
    struct Output: Sendable {
        let isSuccess: Bool
        let bytes: [UInt8]
        let errors: String

        /// The first line, which is all that most commands print.
        var line: String {
            String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        }
    }

    /// Which protocols a command may use.
    enum Transport: String, Sendable {
        case file
        case network = "https:http:ssh:git:file"
    }

    let places: Places

    private static let settings = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.ext.allow=never", "safe.directory=*",
        "gc.auto=0", "maintenance.auto=false", "log.showSignature=false", "submodule.recurse=false",
        "fetch.recurseSubmodules=false", "advice.detachedHead=false", "core.pager=cat",
    ].flatMap { ["-c", $0] }

    /// Runs a command to its end, whatever its exit code.
    ///
    /// - Parameters:
    ///   - arguments: The command and its arguments.
    ///   - directory: Where it runs.
    ///   - variables: Added to the environment.
    ///   - input: What it reads on standard input.
    ///   - transport: Which protocols are allowed.
    ///   - timeout: After this it is ended.
    /// - Returns: What it printed and whether it succeeded.
    /// - Throws: A `GitFailure` when it could not be run, was killed, printed too much, or took too long.
    func run(
        _ arguments: [String],
        in directory: String,
        variables: [String: String] = [:],
        input: [UInt8] = [],
        transport: Transport = .file,
        timeout: Duration = .seconds(120)
    ) async throws -> Output {
        let configuration = configuration(arguments, directory, variables, transport)
        let command = Self.command(arguments)
        do {
            return try await Deadline.run(timeout) {
                let result = try await Subprocess.run(
                    configuration,
                    input: .array(input),
                    output: .bytes(limit: 16 << 20),
                    error: .bytes(limit: 4 << 20)
                )
                let errors = Self.text(result.standardError)
                let failure = GitFailure(command, result.terminationStatus, errors: errors)
                if let failure, failure.isKill { throw failure }
                return Output(isSuccess: failure == nil, bytes: result.standardOutput, errors: errors)
            }
        } catch let error as SubprocessError {
            throw GitFailure(command, error)
        } catch is Deadline.Exceeded {
            throw GitFailure("git \(command) took longer than \(timeout).")
        }
    }

    /// Runs a command that has to succeed.
    @discardableResult
    func require(
        _ arguments: [String],
        in directory: String,
        variables: [String: String] = [:],
        input: [UInt8] = [],
        transport: Transport = .file,
        timeout: Duration = .seconds(120)
    ) async throws -> Output {
        let output = try await run(
            arguments,
            in: directory,
            variables: variables,
            input: input,
            transport: transport,
            timeout: timeout
        )
        guard output.isSuccess else {
            throw GitFailure("git \(Self.command(arguments)) failed.", errors: output.errors)
        }
        return output
    }

    /// Runs a command and gives its output away piece by piece.
    ///
    /// `take` returns false to end the command early, and then so does this; a command that fails throws.
    func stream(
        _ arguments: [String],
        in directory: String,
        variables: [String: String] = [:],
        timeout: Duration = .seconds(300),
        take: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Bool
    ) async throws -> Bool {
        let configuration = configuration(arguments, directory, variables, .file)
        let command = Self.command(arguments)
        do {
            return try await Deadline.run(timeout) {
                let result = try await Subprocess.run(
                    configuration,
                    input: .none,
                    output: .sequence,
                    error: .bytes(limit: 4 << 20)
                ) { execution in
                    for try await buffer in execution.standardOutput {
                        let goesOn = try buffer.withUnsafeBytes(take)
                        if !goesOn {
                            await execution.teardown(using: Self.teardown)
                            return false
                        }
                    }
                    return true
                }
                guard result.closureResult else { return false }
                let errors = Self.text(result.standardError)
                if let failure = GitFailure(command, result.terminationStatus, errors: errors) { throw failure }
                return true
            }
        } catch let error as SubprocessError {
            throw GitFailure(command, error)
        } catch is Deadline.Exceeded {
            throw GitFailure("git \(command) took longer than \(timeout).")
        }
    }

    private static let teardown: [TeardownStep] = [
        .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2)),
        .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100)),
    ]

    private func configuration(
        _ arguments: [String],
        _ directory: String,
        _ variables: [String: String],
        _ transport: Transport
    ) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = Self.teardown
        var environment = [
            "PATH": Places.path,
            "HOME": places.home,
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "/bin/false",
            "SSH_ASKPASS": "/bin/false",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes",
            "GIT_ALLOW_PROTOCOL": transport.rawValue,
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
        ]
        environment.merge(variables) { $1 }
        let custom = Environment.custom(
            Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0), $1) })
        )
        guard let user = places.agentUser else {
            return Configuration(
                executable: .name("git"),
                arguments: Arguments(Self.settings + arguments),
                environment: custom,
                workingDirectory: FilePath(directory),
                platformOptions: options
            )
        }
        // By way of the executor's own program, which also enters the folder as the agent: root might not get in.
        let way = ["exec", "--directory", directory] + ProgramStart.identity(of: user) + ["--", "git"]
        return Configuration(
            executable: .path(FilePath(Spawn.ownProgram)),
            arguments: Arguments(way + Self.settings + arguments),
            environment: custom,
            platformOptions: options
        )
    }

    /// The command's own name, behind the options that say where the repository is.
    private static func command(_ arguments: [String]) -> String {
        arguments.first { !$0.hasPrefix("-") } ?? ""
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.suffix(64 << 10), as: UTF8.self)
    }
}
