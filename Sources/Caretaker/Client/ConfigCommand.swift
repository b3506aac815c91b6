import AgentStream
import ArgumentParser
import Foundation
import Glibc
import Model

/// `caretaker config`: looks at the configuration.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Checks the configuration, or prints a commented example.",
        subcommands: [Check.self, Example.self]
    )

    /// `caretaker config check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what is wrong with the configuration, if anything.",
            discussion: """
                  caretaker config check --config /etc/caretaker/caretaker.yaml
                """
        )

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await options.reporting {
                let configuration = try await ServiceConfiguration(options.reader())
                _ = try Service.check(configuration)
                let answer: JSONValue = [
                    "stateDirectory": .string(configuration.stateFolder),
                    "listener": .string("\(configuration.listen)"),
                    "socket": .string("\(configuration.socket)"), "runtime": .string(configuration.runtime.rawValue),
                ]
                output.show(answer, naming: nil) {
                    print("The configuration can be used.")
                    Output.fields([
                        ("state directory", answer["stateDirectory"]?.string), ("listener", answer["listener"]?.string),
                        ("socket", answer["socket"]?.string), ("runtime", answer["runtime"]?.string),
                    ])
                }
            }
        }
    }

    /// `caretaker config example`.
    struct Example: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a configuration file with every key explained.",
            discussion: """
                  caretaker config example > caretaker.yaml
                  caretaker config example --set server.listen=127.0.0.1:8080
                """
        )

        @Option(help: "A key to set in it, as KEY=VALUE; may be repeated.")
        var set: [String] = []

        func validate() throws {
            for entry in set where ConfigurationKey.named(Self.pair(entry).key) == nil {
                throw ValidationError("\(entry) names no key; caretaker config example prints every key.")
            }
        }

        func run() {
            let settings = Dictionary(set.map(Self.pair)) { $1 }
            print(ExampleFile.text(setting: settings), terminator: "")
        }

        private static func pair(_ entry: String) -> (key: String, value: String) {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
        }
    }
}
