import Cron
import Foundation
import Glibc
import Journal
import Logging
import Model
import Scheduler

/// The service's configuration, read once and typed.
struct ServiceConfiguration: Sendable {
    var stateFolder: String
    var runtime: RuntimeKind
    var listen: String
    var socket: String
    var allowedHosts: [String]
    var allowedOrigins: [String]
    var tokenFile: String?
    /// Whether a token is needed on loopback and the unix socket too.
    var requiresToken: Bool
    var caps: Admission.Caps
    var queueLimit: Int
    /// The time zone of schedules that name none; nil for the host's.
    var timezone: String?
    var executor: String
    var containers: ContainerConfiguration?
    var reaper: Reaper.Settings
    var logLevel: Logger.Level
    var logFormat: LogFormat
    var agent: AgentSettings
    var gitUsername: String
    var gitEmail: String
    var sshKeyFile: String?
    var knownHostsFile: String?
    var httpsTokenFile: String?
    var httpsTokenHost: String
    /// The folders of this machine whose repositories may be used, with containers.
    var localRepositories: [String]
    var limits: ExecutionLimits
    var deadline: Duration
    var timeouts: Timeouts
    var retention: RetentionPolicy
    /// How many bytes of a run's messages are stored.
    var transcriptBytes: Int
    /// The folder whose files declare tasks.
    var tasks: TaskFolder.Settings
    /// Who is told of failures; nil for nobody.
    var notify: NotifyConfiguration?
    var onStop: StopMode
    /// How long a stop may wait for runs.
    var stopTimeout: Duration
    /// All of it as it was given, for a comparison with what a file says later.
    let values: [String: RawValue]

    /// How long the service's own calls may take.
    struct Timeouts: Sendable {
        var fetch: Duration
        var push: Duration
        var start: Duration
        var clone: Duration
        var export: Duration
    }

    /// Reads and checks everything.
    ///
    /// - Throws: `ConfigurationProblems`.
    init(_ reader: ConfigurationReader) async throws {
        try self.init(try await reader.values(), reader.environment)
    }

    /// Checks values that were read.
    ///
    /// - Parameters:
    ///   - given: What was given or has a default, by key.
    ///   - environment: The service's environment.
    /// - Throws: `ConfigurationProblems`.
    init(_ given: [String: RawValue], _ environment: [String: String]) throws {
        self.values = given
        let values = Values(values: given)
        stateFolder = StandardPaths.absolute(values.text("state_dir") ?? StandardPaths.stateFolder(environment))
        runtime = values.text("runtime").flatMap(RuntimeKind.init(rawValue:)) ?? .process
        listen = values.text("server.listen") ?? ""
        socket = StandardPaths.absolute(
            values.text("server.socket") ?? StandardPaths.socket(environment, stateFolder: stateFolder)
        )
        allowedHosts = values.list("server.allowed_hosts")
        allowedOrigins = values.list("server.allowed_origins")
        tokenFile = values.text("server.token_file").map(StandardPaths.absolute)
        requiresToken = values.text("server.require_token") == "true"
        caps = Admission.Caps(
            global: values.integer("executors.max_concurrent"),
            perRepository: values.text("executors.max_per_repository").flatMap { Int($0) }
        )
        queueLimit = values.integer("executors.queue_limit")
        timezone = try Self.timezone(values)
        executor = StandardPaths.absolute(
            values.text("executors.program") ?? StandardPaths.beside("caretaker-executor")
        )
        containers = runtime == .docker ? try ContainerConfiguration(values, environment: environment) : nil
        reaper = Reaper.Settings(grace: values.duration("reaper.grace"), period: values.duration("reaper.period"))
        logLevel = values.text("log.level").flatMap(Logger.Level.init(rawValue:)) ?? .info
        logFormat = values.text("log.format").flatMap(LogFormat.init(rawValue:)) ?? .auto
        agent = try AgentConfiguration(values, runtime: runtime, environment: environment).settings()
        gitUsername = values.text("git.username") ?? ""
        gitEmail = values.text("git.email") ?? ""
        sshKeyFile = values.text("git.ssh_key_file").map(StandardPaths.absolute)
        knownHostsFile = values.text("git.known_hosts_file").map(StandardPaths.absolute)
        httpsTokenFile = values.text("git.https_token_file").map(StandardPaths.absolute)
        httpsTokenHost = values.text("git.https_token_host") ?? ""
        localRepositories = values.list("repositories.local").map(StandardPaths.absolute)
        limits = ExecutionLimits(
            startup: values.duration("limits.startup"),
            idle: values.duration("limits.idle"),
            total: values.duration("limits.total"),
            linger: values.duration("limits.linger"),
            outputBytes: values.integer("limits.output_bytes")
        )
        deadline = values.duration("limits.deadline")
        timeouts = Timeouts(
            fetch: values.duration("timeouts.fetch"),
            push: values.duration("timeouts.push"),
            start: values.duration("timeouts.start"),
            clone: values.duration("timeouts.clone"),
            export: values.duration("timeouts.export")
        )
        transcriptBytes = values.integer("limits.transcript_bytes")
        retention = RetentionPolicy(
            runs: values.age("retention.runs_age"),
            runsPerTask: values.text("retention.runs_per_task").flatMap { Int($0) },
            messages: values.age("retention.messages_age"),
            results: values.age("retention.results_age"),
            slots: values.age("retention.slots_age"),
            audit: values.age("retention.audit_age"),
            mirrors: values.age("retention.mirrors_age")
        )
        tasks = TaskFolder.Settings(
            // With its links, as a folder may be swapped by one.
            path: values.text("tasks.dir").map(TaskFiles.absolute),
            prunes: values.text("tasks.prune") == "true"
        )
        notify = try NotifyConfiguration(values)
        onStop = values.text("on_stop").flatMap(StopMode.init(rawValue:)) ?? .detach
        stopTimeout = values.duration("stop_timeout")
    }

    private static func timezone(_ values: Values) throws -> String? {
        guard let name = values.text("schedules.timezone") else { return nil }
        do {
            return try ZoneFiles().zone(name).name
        } catch {
            throw ConfigurationProblems("schedules.timezone", error.description)
        }
    }
}

/// Values that were found to be of their keys' kinds.
struct Values {
    let values: [String: RawValue]

    func text(_ key: String) -> String? {
        guard case .text(let text) = values[key] else { return nil }
        return text
    }

    func list(_ key: String) -> [String] {
        guard case .list(let list) = values[key] else { return [] }
        return list
    }

    func integer(_ key: String) -> Int {
        text(key).flatMap { Int($0) } ?? 0
    }

    func number(_ key: String) -> Double? {
        text(key).flatMap { Double($0) }
    }

    func size(_ key: String) -> Int? {
        text(key).flatMap { Int(configuredSize: $0) }
    }

    /// Nil for never.
    func age(_ key: String) -> Duration? {
        text(key).flatMap { Duration(configured: $0, days: Duration.mostDaysOfAge) }
    }

    func duration(_ key: String) -> Duration {
        text(key).flatMap { Duration(configured: $0) } ?? .zero
    }
}
