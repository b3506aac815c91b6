import Executors
import Model
import Notify
import Repositories
import Scheduler

/// What the HTTP face asks and rows cannot tell.
struct ServiceOperations: Operations {
    let repositories: Repositories
    let runtime: any Runtime
    let reaper: Reaper
    let live: LiveConfiguration
    let reloader: Reloader
    /// Nil with the process runtime.
    let containers: DockerSettings?
    /// What sends notices; nil when nobody is told.
    let post: NoticePost?

    var queueLimit: Int { live.queueLimit.current }
    private var agent: AgentSettings { live.scheduler.current.agent }

    /// How long a list of instances waits for what the engine has to say.
    private static let patience = Duration.milliseconds(150)

    func check(repository: String, ref: String?) throws(InputProblem) {
        do {
            try repositories.check(repository, ref: ref)
        } catch {
            // The sentence names the field; a ref is only looked at once the repository is right.
            let isRef = error.message.contains("`ref`")
            throw InputProblem(field: isRef ? "ref" : "repository", message: error.message)
        }
    }

    func check(branch: String) throws(InputProblem) {
        do {
            try repositories.check(branch: branch)
        } catch {
            throw InputProblem(field: "settings.push.branch", message: error.message)
        }
    }

    func check(settings: TaskSettings) throws(InputProblem) {
        let driver = settings.agent?.driver ?? agent.driver
        guard agent.commands[driver] != nil else {
            let key = driver == .claude ? "agent.program" : "agent.command"
            throw InputProblem(
                field: "settings.agent.driver",
                message: "This service has no agent for it: \(key) in its configuration."
            )
        }
        for name in (settings.environment ?? [:]).keys.sorted()
        where driver == .claude && ReservedVariables.contains(name) {
            throw InputProblem(
                field: "settings.environment",
                message:
                    "\(name) is the service's to set: agent.api_key_file, agent.base_url and agent.environment in its "
                    + "configuration."
            )
        }
        // Without containers the settings wait for a service that has them.
        if let container = settings.container { _ = try containers?.applying(container) }
    }

    func usage(of run: Run.ID) async -> InstanceUsage? {
        let usage = try? await withDeadline(Self.patience) { [runtime] in try await runtime.usage(run) }
        return usage.flatMap(\.self).flatMap(\.self)
    }

    func reap(isDryRun: Bool) async throws -> [ReaperFinding] {
        try await reaper.pass(isDryRun: isDryRun)
    }

    func reload() async throws(ReloadRefusal) -> ReloadOutcome {
        try await reloader.reload()
    }

    func tryNotice() async throws -> NoticeTrial? {
        try await post?.attempt(now: SystemWallClock().now)
    }

    func workFile(_ file: WorkFile, of run: Run.ID) -> String {
        "\(runtime.folder(of: run))/\(file.name)"
    }
}
