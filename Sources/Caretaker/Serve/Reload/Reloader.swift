import Journal
import Logging
import Model
import Store

/// Reads the configuration anew while the service runs, and puts in force what can be.
actor Reloader {
    private let reader: ConfigurationReader
    /// What the service was started with, in force for all that takes a restart.
    private let started: ServiceConfiguration
    private let live: LiveConfiguration
    private let store: Store
    private let output: LogOutput
    private let manager: SystemdNotify
    private let logger: Logger
    private var hear: @Sendable (Result<ReloadOutcome, ReloadRefusal>) -> Void = { _ in }
    private var values: [String: RawValue]

    /// Makes a reloader.
    ///
    /// - Parameters:
    ///   - reader: Reads flags, environment and file as at the start.
    ///   - started: What the service was started with.
    ///   - live: What a reload changes.
    ///   - store: Whose queue may go on when there are more places.
    ///   - output: Whose level it changes.
    ///   - manager: Told of every reload.
    ///   - logger: Where they are told.
    init(
        reader: ConfigurationReader,
        started: ServiceConfiguration,
        live: LiveConfiguration,
        store: Store,
        output: LogOutput,
        manager: SystemdNotify,
        logger: Logger
    ) {
        self.reader = reader
        self.started = started
        self.live = live
        self.store = store
        self.output = output
        self.manager = manager
        self.logger = logger
        values = started.values
    }

    /// Has every reload from now on reported.
    func report(to hear: @escaping @Sendable (Result<ReloadOutcome, ReloadRefusal>) -> Void) {
        self.hear = hear
    }

    /// Reads the configuration and puts it in force, or leaves everything as it is.
    ///
    /// - Returns: Which keys have changed.
    /// - Throws: `ReloadRefusal` when there is an error in it.
    func reload() async throws(ReloadRefusal) -> ReloadOutcome {
        manager.reloading("reading the configuration")
        defer { manager.ready() }
        do {
            let outcome = try await read()
            tell(outcome)
            hear(.success(outcome))
            return outcome
        } catch {
            let reason = (error as? Failure)?.message ?? "\(error)"
            logger.error(
                "the configuration is refused; the one before stays in force",
                metadata: ["message.id": "configuration_refused", "error": "\(reason)"]
            )
            let refusal = ReloadRefusal(reason)
            hear(.failure(refusal))
            throw refusal
        }
    }

    private func read() async throws -> ReloadOutcome {
        let given = try await reader.values()
        // What takes a restart is checked too, so that the restart will not fail.
        let wanted = try ServiceConfiguration(given, reader.environment)
        _ = try Service.check(wanted)
        try ServiceUnit.check(wanted, reader.environment)
        var merged = started.values
        for key in ConfigurationKey.all where key.isReloadable { merged[key.name] = given[key.name] }
        let configuration = try ServiceConfiguration(merged, reader.environment)
        let outcome = ReloadOutcome(
            changed: ConfigurationKey.all.map(\.name).filter { merged[$0] != values[$0] },
            needRestart: ConfigurationKey.all.map(\.name).filter { merged[$0] != given[$0] }
        )
        live.apply(configuration)
        output.level = configuration.logLevel
        values = merged
        // There may be more places now.
        store.ringQueue()
        return outcome
    }

    private func tell(_ outcome: ReloadOutcome) {
        logger.notice(
            "the configuration was read anew",
            metadata: [
                "message.id": "configuration_reloaded",
                "changed": "\(outcome.changed.joined(separator: ", "))",
                "need.restart": "\(outcome.needRestart.joined(separator: ", "))",
            ]
        )
    }
}
