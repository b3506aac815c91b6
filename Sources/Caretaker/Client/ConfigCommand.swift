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
            abstract: "Says what is wrong with the configuration, if anything."
        )

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            try await options.reporting {
                let configuration = try await ServiceConfiguration(options.reader())
                _ = try Service.check(configuration)
                print("The configuration can be used.")
                print("state directory  \(configuration.stateFolder)")
                print("listener         \(configuration.listen)")
                print("socket           \(configuration.socket)")
                print("runtime          \(configuration.runtime.rawValue)")
            }
        }
    }

    /// `caretaker config example`.
    struct Example: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a configuration file with every key explained."
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
