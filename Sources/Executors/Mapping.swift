import ExecutorAPI
import Model

// The executor's wire and the service's words may change apart from each other; here they meet.

extension AgentExitRecord {
    init(_ record: ExitRecord) {
        self.init(
            code: record.code,
            signal: record.signal,
            endedBy: Ending(record.endedBy),
            outOfMemory: record.outOfMemory,
            detail: record.detail,
            stderr: record.stderr
        )
    }
}

extension AgentExitRecord.Ending {
    init(_ ending: ExitRecord.Ending) {
        switch ending {
        case .agent: self = .agent
        case .startup: self = .startup
        case .idle: self = .idle
        case .total: self = .total
        case .cancel: self = .cancel
        case .linger: self = .linger
        case .outputLimit: self = .outputLimit
        case .storage: self = .storage
        case .interrupted: self = .interrupted
        case .notStarted: self = .notStarted
        }
    }
}

extension ExecuteRequest {
    init(_ request: ExecutionRequest) {
        self.init(
            id: request.id.rawValue,
            prompt: request.prompt,
            agent: AgentInvocation(
                driver: AgentInvocation.Driver(request.agent.driver),
                command: request.agent.commands[request.agent.driver] ?? [],
                environment: request.agent.environment,
                sessionID: request.session,
                resume: request.resume,
                claude: request.agent.driver == .claude ? ClaudeOptions(request.agent) : nil,
                apiKey: request.agent.driver == .claude ? request.agent.apiKey?.text : nil
            ),
            limits: ExecutorAPI.ExecutionLimits(
                startup: request.limits.startup.seconds,
                idle: request.limits.idle.seconds,
                total: request.limits.total.seconds,
                linger: request.limits.linger.seconds,
                outputBytes: request.limits.outputBytes
            )
        )
    }
}

extension AgentInvocation.Driver {
    init(_ driver: AgentSettings.Driver) {
        switch driver {
        case .claude: self = .claude
        case .command: self = .command
        }
    }
}

extension ClaudeOptions {
    init(_ agent: AgentSettings) {
        self.init()
        let options = agent.options
        model = options.model
        fallbackModel = options.fallbackModel
        maxTurns = options.maxTurns
        maxBudgetUSD = options.maxBudgetUSD
        tools = options.tools
        allowedTools = options.allowedTools
        disallowedTools = options.disallowedTools
        permissionMode = options.permissionMode?.rawValue
        appendSystemPrompt = options.appendSystemPrompt
        mcpConfig = options.mcpConfig
        trustsRepositorySettings = options.trustRepositorySettings
        baseURL = agent.baseURL
    }
}

extension GitCloneRequest {
    init(_ request: CloneRequest) {
        self.init(
            repositoryUrl: request.hasBundle ? RunFolder.sourceBundle : nil,
            origin: request.origin,
            ref: nil,
            branch: request.branch,
            commit: request.commit
        )
    }
}

extension WorkExport {
    init(_ response: GitExportResponse) {
        self.init(
            base: response.base,
            head: response.head,
            branch: response.branch,
            commits: response.commits.map { commit in
                Commit(
                    sha: commit.sha,
                    author: commit.author,
                    email: commit.email,
                    at: Timestamp(milliseconds: commit.time * 1000),
                    subject: commit.subject
                )
            },
            bundleBytes: response.bundleBytes,
            patchBytes: response.patchBytes,
            notices: response.notices
        )
    }
}
