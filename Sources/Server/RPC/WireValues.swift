import AgentStream
import Model

// The wire's values are made here and nowhere else: the original's keys first and in its order, ours after them.

enum WireTask {
    static func value(_ task: AgentTask) -> JSONValue {
        [
            "id": .string(task.id.rawValue),
            "createdAt": .string(task.createdAt.iso8601),
            "updatedAt": .string(task.updatedAt.iso8601),
            "name": .string(task.name),
            "steps": steps(task.steps),
            "slug": .string(task.slug),
            "version": JSONValue(task.version),
            "settings": settings(task.settings),
            "managedBy": task.managedBy.map { .string($0.rawValue) } ?? .null,
        ]
    }

    static let schema = Schema.object(
        [
            .required("id", .id),
            .required("createdAt", .time),
            .required("updatedAt", .time),
            .required("name", .text),
            .required("steps", .array(of: stepSchema, maximum: 1000)),
            .required("slug", .text),
            .required("version", .integer(1...(.max))),
            .required("settings", settingsSchema),
            .required("managedBy", .nullable(.text)),
        ],
        unknown: .refuse
    )

    static let stepSchema = Schema.object(
        [.required("instructions", .text), .required("checks", .text)],
        unknown: .strip
    )

    static let settingsSchema = settingsSchema(variable: .text)

    /// The schema of settings whose environment variables are of a schema.
    static func settingsSchema(variable: Schema) -> Schema {
        .object(
            [
                .optional("agent", WireAgent.schema),
                .optional("container", WireContainer.schema),
                .optional("environment", .map(of: variable, maximum: 256)),
                .optional("limits", limitsSchema),
                .optional(
                    "push",
                    .object([.required("branch", .string(lengths: 1...244))], unknown: .refuse)
                ),
                .optional("maxConcurrent", .integer(1...10_000)),
                .optional("priority", .integer(-1000...1000)),
                .optional("retry", WireRetry.schema),
            ],
            unknown: .refuse
        )
    }

    static let limitsSchema = Schema.object(
        ["startup", "idle", "total", "deadline"].map { .optional($0, .number(0.1...2_592_000)) },
        unknown: .refuse
    )

    static func steps(_ steps: [Step]) -> JSONValue {
        .array(steps.map { ["instructions": .string($0.instructions), "checks": .string($0.checks)] })
    }

    static func steps(from value: JSONValue?) -> [Step] {
        (value?.array ?? []).map { step in
            Step(instructions: step["instructions"]?.string ?? "", checks: step["checks"]?.string ?? "")
        }
    }

    static func settings(_ settings: TaskSettings) -> JSONValue {
        var object = JSONObject()
        if let agent = settings.agent { object["agent"] = WireAgent.value(agent) }
        if let container = settings.container { object["container"] = WireContainer.value(container) }
        if let environment = settings.environment {
            let members = environment.sorted { $0.key < $1.key }
                .map { JSONObject.Member(key: $0.key, value: .string($0.value)) }
            object["environment"] = .object(JSONObject(members))
        }
        if let limits = settings.limits {
            var inner = JSONObject()
            inner["startup"] = limits.startup.map { JSONValue($0) }
            inner["idle"] = limits.idle.map { JSONValue($0) }
            inner["total"] = limits.total.map { JSONValue($0) }
            inner["deadline"] = limits.deadline.map { JSONValue($0) }
            object["limits"] = .object(inner)
        }
        if let push = settings.push { object["push"] = ["branch": .string(push.branch)] }
        object["maxConcurrent"] = settings.maxConcurrent.map { JSONValue($0) }
        object["priority"] = settings.priority.map { JSONValue($0) }
        object["retry"] = settings.retry.map(WireRetry.value)
        return .object(object)
    }

    static func settings(from value: JSONValue?) -> TaskSettings? {
        guard let value else { return nil }
        let limits = value["limits"].map { limits in
            TaskLimits(
                startup: limits["startup"]?.double,
                idle: limits["idle"]?.double,
                total: limits["total"]?.double,
                deadline: limits["deadline"]?.double
            )
        }
        return TaskSettings(
            agent: value["agent"].map(WireAgent.agent),
            container: value["container"].map(WireContainer.settings),
            environment: value["environment"]?.object.map { object in
                Dictionary(object.map { ($0.key, $0.value.string ?? "") }) { $1 }
            },
            limits: limits,
            push: value["push"]?["branch"]?.string.map(PushSettings.init(branch:)),
            maxConcurrent: value["maxConcurrent"]?.int,
            priority: value["priority"]?.int,
            retry: value["retry"].map(WireRetry.policy)
        )
    }
}

enum WireRun {
    /// What a run may have of its own; how many runs go at once, and in which order, is not one run's to say.
    static let settingsSchema: Schema = {
        guard case .object(let fields, let unknown) = WireTask.settingsSchema else { return WireTask.settingsSchema }
        return .object(fields.filter { !["maxConcurrent", "priority"].contains($0.name) }, unknown: unknown)
    }()

    /// The original's keys before `messages`.
    static func head(_ run: Run, steps: [Step]) -> [JSONObject.Member] {
        [
            ("id", .string(run.id.rawValue)),
            ("createdAt", .string(run.createdAt.iso8601)),
            ("updatedAt", .string(run.updatedAt.iso8601)),
            ("taskId", .string(run.taskID.rawValue)),
            ("name", .string(run.name)),
            ("repository", .string(run.repository)),
            ("steps", WireTask.steps(steps)),
        ].map(JSONObject.Member.init)
    }

    /// Our keys.
    static func tail(_ run: Run, position: Int?) -> [JSONObject.Member] {
        let isQueued = run.state.name == .queued
        return [
            ("taskVersion", JSONValue(run.taskVersion)),
            ("ref", text(run.ref)),
            ("state", .string(run.state.name.rawValue)),
            ("reason", isQueued ? .null : text(run.state.reason)),
            ("detail", text(run.detail)),
            ("waiting", isQueued ? text(run.state.reason) : .null),
            ("position", position.map { JSONValue($0) } ?? .null),
            ("priority", JSONValue(run.priority)),
            ("retryOf", text(run.retryOf?.rawValue)),
            ("startedAt", text(run.startedAt?.iso8601)),
            ("finishedAt", text(run.finishedAt?.iso8601)),
            ("cancelRequestedAt", text(run.cancelRequestedAt?.iso8601)),
            ("commit", text(run.commit)),
            ("costUSD", run.usage?.costUSD.map { JSONValue($0) } ?? .null),
            ("usage", run.usage.map(usage) ?? .null),
            ("model", text(run.agent?.model)),
            ("agentVersion", text(run.agent?.version)),
            ("session", .string(run.session)),
            ("hasResult", .bool(run.hasResult)),
            ("trigger", .string(run.origin.trigger.rawValue)),
            ("scheduleId", text(run.origin.schedule?.rawValue)),
            ("slot", text(run.origin.slot?.iso8601)),
            ("attempt", JSONValue(run.origin.attempt)),
            ("notBefore", text(run.origin.notBefore?.iso8601)),
            ("transcript", .string(run.isTranscriptExpired ? "expired" : "kept")),
            ("resultExpired", .bool(run.isResultExpired)),
        ].map(JSONObject.Member.init)
    }

    /// What only a run that is asked for by itself tells: its own settings, which may be long, and its steps.
    static func details(_ run: Run, _ executions: [Execution]) -> [JSONObject.Member] {
        let settings = run.settings.map(WireTask.settings) ?? .null
        return [JSONObject.Member(key: "settings", value: settings), Self.executions(executions)]
    }

    /// What is known of each step's agent.
    private static func executions(_ executions: [Execution]) -> JSONObject.Member {
        let values = executions.map { execution -> JSONValue in
            [
                "step": JSONValue(execution.step),
                "endedBy": text(execution.exit?.endedBy.rawValue),
                "exitCode": execution.exit?.code.map { JSONValue($0) } ?? .null,
                "signal": execution.exit?.signal.map { JSONValue($0) } ?? .null,
                "costUSD": execution.usage?.costUSD.map { JSONValue($0) } ?? .null,
                "usage": execution.usage.map(usage) ?? .null,
                "model": text(execution.agent?.model),
                "agentVersion": text(execution.agent?.version),
            ]
        }
        return JSONObject.Member(key: "executions", value: .array(values))
    }

    static let executionSchema = Schema.object(
        [
            .required("step", .integer(0...(.max))), .required("endedBy", .nullable(.text)),
            .required("exitCode", .nullable(.integer(.min ... .max))), .required("signal", .nullable(.integer(1...64))),
            .required("costUSD", .nullable(.number(0...(.infinity)))), .required("usage", .nullable(usageSchema)),
            .required("model", .nullable(.text)), .required("agentVersion", .nullable(.text)),
        ],
        unknown: .refuse
    )

    /// A run without steps and messages, for lists.
    static func summary(_ run: Run, position: Int? = nil) -> JSONValue {
        let head = head(run, steps: []).filter { $0.key != "steps" }
        return .object(JSONObject(head + tail(run, position: position)))
    }

    static let summarySchema = Schema.object(summaryFields, unknown: .refuse)

    static let fullSchema = Schema.object(
        summaryFields + [
            .required("steps", .array(of: WireTask.stepSchema, maximum: 1000)),
            .required("messages", .array(of: .object([], unknown: .keep), maximum: .max)),
            .required("settings", .nullable(settingsSchema)),
            .required("executions", .array(of: executionSchema, maximum: 1000)),
        ],
        unknown: .refuse
    )

    static let state = Schema.word(RunState.Name.allCases.map(\.rawValue))

    private static let summaryFields: [Schema.Field] = [
        .required("id", .id), .required("createdAt", .time), .required("updatedAt", .time),
        .required("taskId", .id), .required("name", .text), .required("repository", .text),
        .required("taskVersion", .integer(1...(.max))), .required("ref", .nullable(.text)),
        .required("state", state),
        .required("reason", .nullable(.text)), .required("detail", .nullable(.text)),
        .required("waiting", .nullable(.word(RunState.Waiting.allCases.map(\.rawValue)))),
        .required("position", .nullable(.integer(1...(.max)))), .required("priority", .integer(.min ... .max)),
        .required("retryOf", .nullable(.id)), .required("startedAt", .nullable(.time)),
        .required("finishedAt", .nullable(.time)), .required("cancelRequestedAt", .nullable(.time)),
        .required("commit", .nullable(.text)), .required("costUSD", .nullable(.number(0...(.infinity)))),
        .required("usage", .nullable(usageSchema)), .required("model", .nullable(.text)),
        .required("agentVersion", .nullable(.text)), .required("session", .text), .required("hasResult", .boolean),
        .required("trigger", .word(RunOrigin.Trigger.allCases.map(\.rawValue))),
        .required("scheduleId", .nullable(.id)), .required("slot", .nullable(.time)),
        .required("attempt", .integer(1...(.max))), .required("notBefore", .nullable(.time)),
        .required("transcript", .word(["kept", "expired"])), .required("resultExpired", .boolean),
    ]

    static let usageSchema = Schema.object(
        ["inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens", "turns"].map {
            .required($0, .integer(0...(.max)))
        } + [.required("isEstimated", .boolean)],
        unknown: .refuse
    )

    private static func usage(_ usage: AgentUsage) -> JSONValue {
        [
            "inputTokens": JSONValue(usage.inputTokens),
            "outputTokens": JSONValue(usage.outputTokens),
            "cacheReadTokens": JSONValue(usage.cacheReadTokens),
            "cacheCreationTokens": JSONValue(usage.cacheCreationTokens),
            "turns": JSONValue(usage.turns),
            "isEstimated": .bool(usage.isEstimated),
        ]
    }

    private static func text(_ text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}
