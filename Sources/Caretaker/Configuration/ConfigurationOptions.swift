import ArgumentParser
import Foundation
import Glibc

/// What the commands share that read the service's configuration themselves.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "The configuration file. Default: $CARETAKER_CONFIG, else none.")
    var config: String?

    /// Reads it with these values of keys before all others.
    func reader(flags: [String: String] = [:]) -> ConfigurationReader {
        let environment = ProcessInfo.processInfo.environment
        return ConfigurationReader(
            flags: flags,
            environment: environment,
            file: config ?? environment["CARETAKER_CONFIG"]
        )
    }

    /// Performs what needs a configuration; what is wrong is said on standard error and ends the command with its code.
    func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let problems as ConfigurationProblems {
            throw Failure(problems.description, code: EX_CONFIG).reported
        } catch let failure as Failure {
            throw failure.reported
        }
    }
}
