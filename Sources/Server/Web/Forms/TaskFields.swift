import Model

/// The fields of a task's settings, in groups.
enum TaskFields {
    static func groups(_ settings: TaskSettings) -> [WebFieldGroup] {
        [
            WebFieldGroup("Agent", agent(settings.agent ?? TaskAgent())),
            WebFieldGroup("Limits of time", limits(settings.limits ?? TaskLimits())),
            WebFieldGroup("Order, retries and the result's branch", order(settings)),
            WebFieldGroup("Container", container(settings.container ?? ContainerSettings())),
        ]
    }

    /// The fields of what a run may have instead of its task's settings, which stand where nothing is written.
    static func groups(ofRun settings: TaskSettings, of task: TaskSettings) -> [WebFieldGroup] {
        zip(groups(settings), groups(task)).map { own, usual in
            let fields = zip(own.fields, usual.fields).filter { !taskOnly.contains($0.0.path) }
            return WebFieldGroup(own.title, fields.map { $0.over($1, of: "the task's") })
        }
    }

    /// How many runs go at once and in which order is not one run's to say here.
    private static let taskOnly: Set = ["settings.maxConcurrent", "settings.priority"]

    /// What is set, as the form's fields call it; of the environment only the names.
    static func facts(_ settings: TaskSettings) -> [WebFact] {
        var facts = groups(settings).facts
        let names = (settings.environment ?? [:]).keys.sorted()
        if !names.isEmpty {
            facts.append(WebFact(factName: "Environment variables", factValue: names.joined(separator: ", ")))
        }
        return facts
    }

    private static func agent(_ agent: TaskAgent) -> [WebField] {
        let options = agent.options
        func path(_ name: String) -> String { "settings.agent.\(name)" }
        return [
            .words(
                path("driver"),
                "Program",
                agent.driver,
                hint: "claude is Claude Code; command is any other program."
            ),
            WebField(path("model"), "Model", options.model),
            WebField(path("fallbackModel"), "Model while that one is overloaded", options.fallbackModel),
            .integer(path("maxTurns"), "Turns at most, of one step", options.maxTurns),
            .number(path("maxBudgetUSD"), "Dollars at most, of all steps together", options.maxBudgetUSD),
            .words(path("permissionMode"), "Tool calls that no rule names", options.permissionMode),
            .words(
                path("onPermissionDenied"),
                "A run in which a tool call was denied",
                agent.onPermissionDenied,
                hint: "fail makes it a failure; ignore lets it succeed."
            ),
            .lines(
                path("allowedTools"),
                "Allowed without asking",
                options.allowedTools,
                hint: "One rule a line, such as Bash(git *)."
            ),
            .lines(path("disallowedTools"), "Never allowed", options.disallowedTools, hint: "One rule a line."),
            .lines(
                path("tools"),
                "The only tools",
                options.tools,
                hint: "One a line; (none) for none at all. Empty: the program's own."
            ),
            WebField(
                path("appendSystemPrompt"),
                "Added to the system prompt",
                options.appendSystemPrompt,
                isArea: true
            ),
            WebField(
                path("mcpConfig"),
                "MCP servers",
                options.mcpConfig,
                kind: .json,
                hint: "The JSON of an .mcp.json."
            ),
            .truth(
                path("trustRepositorySettings"),
                "Start the hooks and MCP servers that the repository names",
                options.trustRepositorySettings,
                standard: "the service's default"
            ),
        ]
    }

    private static func limits(_ limits: TaskLimits) -> [WebField] {
        [
            .number("settings.limits.startup", "Seconds until the agent's first line", limits.startup),
            .number("settings.limits.idle", "Seconds without a line", limits.idle),
            .number("settings.limits.total", "Seconds for one step", limits.total),
            .number("settings.limits.deadline", "Seconds for the whole run", limits.deadline),
        ]
    }

    private static func order(_ settings: TaskSettings) -> [WebField] {
        let retry = settings.retry
        return [
            .integer("settings.maxConcurrent", "Runs at once, at most", settings.maxConcurrent),
            .integer(
                "settings.priority",
                "Priority",
                settings.priority,
                hint: "From -1000 to 1000; higher goes first, 0 is usual."
            ),
            WebField(
                "settings.push.branch",
                "Push the result to the branch",
                settings.push?.branch,
                hint: "After a run that succeeded. Empty: nothing is pushed."
            ),
            .integer(
                "settings.retry.attempts",
                "Attempts in all",
                retry?.attempts,
                hint: "When a run failed for a reason that may pass, such as an overloaded model. Empty: one."
            ),
            .number(
                "settings.retry.backoff",
                "Seconds until the second attempt",
                retry?.backoff,
                hint: "Doubled for each further one."
            ),
            .number("settings.retry.maxBackoff", "Seconds between two attempts, at most", retry?.maxBackoff),
            .truth(
                "settings.retry.afterDelivery",
                "Try again even if the agent may have begun",
                retry?.afterDelivery,
                standard: "no, as its work could be done twice"
            ),
        ]
    }

    private static func container(_ container: ContainerSettings) -> [WebField] {
        [
            WebField("settings.container.image", "Image", container.image),
            WebField(
                "settings.container.memory",
                "Memory",
                container.memory.map(bytes),
                kind: .bytes,
                hint: "Such as 4 GiB."
            ),
            .number("settings.container.cpus", "Processors", container.cpus),
            .integer("settings.container.pids", "Processes and threads", container.pids),
            WebField(
                "settings.container.network",
                "Network",
                container.network,
                hint: "One of the engine's networks, or none."
            ),
            .truth(
                "settings.container.readOnly",
                "Protect the image's files from changes",
                container.readOnly,
                standard: "the service's default"
            ),
        ]
    }

    /// A size in the largest unit in which it is a whole number.
    private static func bytes(_ bytes: Int) -> String {
        let unit = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)].first { bytes % (1 << $0.1) == 0 }
        return unit.map { "\(bytes >> $0.1) \($0.0)" } ?? "\(bytes)"
    }
}
