package import Model

/// What the scheduler and every run's course are told by the configuration.
package struct SchedulerSettings: Sendable {
    package var caps: Admission.Caps
    package var agent: AgentSettings
    /// What a task that sets no limits gets.
    package var limits: ExecutionLimits
    /// How long a whole run may take, unless its task says otherwise.
    package var deadline: Duration
    /// How many bytes of a run's messages are stored.
    package var transcriptBytes: Int
    /// Whose name the agent's commits carry.
    package var gitUsername: String
    package var gitEmail: String

    package init(
        caps: Admission.Caps,
        agent: AgentSettings,
        limits: ExecutionLimits,
        deadline: Duration,
        transcriptBytes: Int = 256 << 20,
        gitUsername: String,
        gitEmail: String
    ) {
        self.caps = caps
        self.agent = agent
        self.limits = limits
        self.deadline = deadline
        self.transcriptBytes = transcriptBytes
        self.gitUsername = gitUsername
        self.gitEmail = gitEmail
    }

    /// The agent as a task wants it.
    func agent(for task: AgentTask) -> AgentSettings {
        var agent = agent
        if let own = task.settings.agent {
            agent.driver = own.driver ?? agent.driver
            agent.options = own.options.over(agent.options)
        }
        var environment = task.settings.environment ?? [:]
        // The task may have been saved when the agent was another.
        if agent.driver == .claude { environment = environment.filter { !ReservedVariables.contains($0.key) } }
        agent.environment.merge(environment) { $1 }
        return agent
    }

    /// What denied tool calls mean for a task.
    func permissionPolicy(for task: AgentTask) -> PermissionPolicy {
        task.settings.agent?.onPermissionDenied ?? agent.onPermissionDenied
    }

    /// An execution's limits as a task wants them.
    func limits(for task: AgentTask) -> ExecutionLimits {
        var limits = limits
        let own = task.settings.limits
        if let startup = own?.startup { limits.startup = .seconds(startup) }
        if let idle = own?.idle { limits.idle = .seconds(idle) }
        if let total = own?.total { limits.total = .seconds(total) }
        return limits
    }

    /// A run's deadline as a task wants it.
    package func deadline(for task: AgentTask) -> Duration {
        task.settings.limits?.deadline.map { .seconds($0) } ?? deadline
    }
}
