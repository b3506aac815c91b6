import Executors
import Model
import Repositories
import Scheduler
import Server

/// The configuration in force: what the parts of the service hold of it, and a reload may change.
struct LiveConfiguration: Sendable {
    let scheduler: Setting<SchedulerSettings>
    let queueLimit: Setting<Int>
    let calls: Setting<CallLimits>
    let repositories: Setting<RepositoryTimeouts>
    let reaper: Setting<Reaper.Settings>
    let retention: Setting<RetentionPolicy>
    let measured: Setting<StoreCollectorLimits>
    let stop: Setting<StopPlan>
    let tasks: Setting<TaskFolder.Settings>
    /// For listeners that only this machine reaches, and for others.
    let localAccess: Setting<AccessRules>
    let remoteAccess: Setting<AccessRules>
    private let token: String?

    /// - Parameters:
    ///   - configuration: What is in force at first.
    ///   - token: The token of `server.token_file`.
    init(_ configuration: ServiceConfiguration, token: String?) {
        scheduler = Setting(configuration.schedulerSettings)
        queueLimit = Setting(configuration.queueLimit)
        calls = Setting(configuration.callLimits)
        repositories = Setting(configuration.repositoryTimeouts)
        reaper = Setting(configuration.reaper)
        retention = Setting(configuration.retention)
        measured = Setting(configuration.measuredLimits)
        stop = Setting(configuration.stopPlan)
        tasks = Setting(configuration.tasks)
        localAccess = Setting(configuration.access(token: token, isLocal: true))
        remoteAccess = Setting(configuration.access(token: token, isLocal: false))
        self.token = token
    }

    /// Puts another configuration in force.
    func apply(_ configuration: ServiceConfiguration) {
        scheduler.set(configuration.schedulerSettings)
        queueLimit.set(configuration.queueLimit)
        calls.set(configuration.callLimits)
        repositories.set(configuration.repositoryTimeouts)
        reaper.set(configuration.reaper)
        retention.set(configuration.retention)
        measured.set(configuration.measuredLimits)
        stop.set(configuration.stopPlan)
        tasks.set(configuration.tasks)
        localAccess.set(configuration.access(token: token, isLocal: true))
        remoteAccess.set(configuration.access(token: token, isLocal: false))
    }
}

extension ServiceConfiguration {
    fileprivate var schedulerSettings: SchedulerSettings {
        SchedulerSettings(
            caps: caps,
            agent: agent,
            limits: limits,
            deadline: deadline,
            transcriptBytes: transcriptBytes,
            gitUsername: gitUsername,
            gitEmail: gitEmail
        )
    }

    fileprivate var callLimits: CallLimits {
        CallLimits(start: timeouts.start, clone: timeouts.clone, export: timeouts.export)
    }

    fileprivate var repositoryTimeouts: RepositoryTimeouts {
        RepositoryTimeouts(fetch: timeouts.fetch, push: timeouts.push)
    }

    fileprivate var measuredLimits: StoreCollectorLimits {
        StoreCollectorLimits(concurrency: caps.global, deadline: deadline)
    }

    fileprivate var stopPlan: StopPlan { StopPlan(mode: onStop, timeout: stopTimeout) }

    fileprivate func access(token: String?, isLocal: Bool) -> AccessRules {
        AccessRules(
            allowedHosts: allowedHosts,
            allowedOrigins: allowedOrigins,
            token: token,
            requiresToken: requiresToken || !isLocal
        )
    }
}
