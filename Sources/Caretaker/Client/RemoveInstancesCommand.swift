import ArgumentParser
import Foundation
import Glibc
import Journal
import Logging
import Model
import Store

/// `caretaker remove-instances`: what the package's removal needs done.
struct RemoveInstancesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove-instances",
        abstract: "Stops and removes every container and volume of this installation, while no service runs.",
        discussion: """
            Runs that are on lose what their agents did since the last export: cancel them first, or stop the service \
            with on_stop: cancel. A service on the same state directory is an error (75).

              caretaker remove-instances --config /etc/caretaker/caretaker.yaml
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await options.reporting {
            let reader = options.reader()
            do {
                try await remove(try await ServiceConfiguration(reader), reader)
            } catch let error as RuntimeError {
                throw Failure("\(error)", code: EX_UNAVAILABLE)
            }
        }
    }

    private func remove(_ configuration: ServiceConfiguration, _ reader: ConfigurationReader) async throws {
        // Where there is no database there never was a service, and nothing is to be made for it now.
        guard FileManager.default.fileExists(atPath: "\(configuration.stateFolder)/caretaker.sqlite") else { return }
        let lock = try StateFolder.take(configuration.stateFolder)
        let output = LogOutput(.text, level: .warning, environment: reader.environment)
        let base = ServiceBase(
            configuration: configuration,
            reader: reader,
            store: try Store(folder: configuration.stateFolder, clock: SystemWallClock()),
            metrics: ServiceMeasures.declare(),
            live: LiveConfiguration(configuration, token: nil),
            manager: SystemdNotify(environment: [:]),
            output: output,
            logger: output.logger(label: "caretaker")
        )
        let runtime = try base.runtime(try await base.containerSettings())
        let sighted = try await runtime.sightings().filter(\.isOurs).compactMap(\.run)
        let runs = Set(try await base.store.activeRuns().map(\.id) + sighted)
        try await withThrowingTaskGroup { group in
            for run in runs { group.addTask { try await runtime.stop(run) } }
            try await group.waitForAll()
        }
        for run in runs.map(\.rawValue).sorted() { print("removed what run \(run) had") }
        try await base.store.close()
        await output.flush(within: .seconds(2))
        withExtendedLifetime(lock) {}
    }
}
