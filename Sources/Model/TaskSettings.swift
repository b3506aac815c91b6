/// What a task sets beside its steps; what is absent takes the service's default.
package struct TaskSettings: Hashable, Sendable, Codable {
    package var agent: TaskAgent?
    /// Of no effect with the process runtime.
    package var container: ContainerSettings?
    /// Added to the agent's environment; wins over `agent.environment`.
    package var environment: [String: String]?
    package var limits: TaskLimits?
    package var push: PushSettings?
    /// How many of the task's runs may be active at once.
    package var maxConcurrent: Int?
    /// Runs of a higher priority are admitted first; 0 when absent.
    package var priority: Int?
    /// When a run that failed is tried again; never when absent.
    package var retry: RetryPolicy?

    package init(
        agent: TaskAgent? = nil,
        container: ContainerSettings? = nil,
        environment: [String: String]? = nil,
        limits: TaskLimits? = nil,
        push: PushSettings? = nil,
        maxConcurrent: Int? = nil,
        priority: Int? = nil,
        retry: RetryPolicy? = nil
    ) {
        self.agent = agent
        self.container = container
        self.environment = environment
        self.limits = limits
        self.push = push
        self.maxConcurrent = maxConcurrent
        self.priority = priority
        self.retry = retry
    }
}

/// Which agent a task wants and what it is told.
package struct TaskAgent: Hashable, Sendable, Codable {
    package var driver: AgentSettings.Driver?
    package var options: AgentOptions
    package var onPermissionDenied: PermissionPolicy?

    package init(
        driver: AgentSettings.Driver? = nil,
        options: AgentOptions = AgentOptions(),
        onPermissionDenied: PermissionPolicy? = nil
    ) {
        self.driver = driver
        self.options = options
        self.onPermissionDenied = onPermissionDenied
    }
}

/// A task's time limits in seconds.
package struct TaskLimits: Hashable, Sendable, Codable {
    /// Until the agent's first line.
    package var startup: Double?
    /// Between two lines of the agent.
    package var idle: Double?
    /// For one step's agent.
    package var total: Double?
    /// For the whole run, from its start.
    package var deadline: Double?

    package init(startup: Double? = nil, idle: Double? = nil, total: Double? = nil, deadline: Double? = nil) {
        self.startup = startup
        self.idle = idle
        self.total = total
        self.deadline = deadline
    }
}

/// Where the agent's commits go after a run that succeeded.
package struct PushSettings: Hashable, Sendable, Codable {
    /// The branch's name, without `refs/heads/`.
    package var branch: String

    package init(branch: String) {
        self.branch = branch
    }
}
