import ExecutorAPI

/// Everything that an execution's agent is started from.
struct AgentLaunch: Sendable {
    let places: Places
    let invocation: AgentInvocation
    let prompt: String
    let limits: Limits
    /// The value that marks the agent and all that it starts.
    let marker: String

    /// What is started, for the version of Claude Code if the agent is that and the version known.
    func plan(_ version: ClaudeVersion?) -> ProgramPlan {
        var handovers: [Handover] = []
        func place(of handover: Handover) -> Int {
            handovers.append(handover)
            return Handover.firstDescriptor + handovers.count - 1
        }
        var command = invocation.command
        var variables = invocation.environment
        if invocation.driver == .claude {
            let options = invocation.claude ?? ClaudeOptions()
            variables = ClaudeEnvironment.variables(
                variables,
                options: options,
                home: places.home,
                idle: limits.idle,
                keyDescriptor: invocation.apiKey.map { place(of: .once(Array($0.utf8))) }
            )
            let arguments = ClaudeArguments(
                options: options,
                session: invocation.sessionID,
                resume: invocation.resume,
                environment: places.environment(adding: variables),
                mcpConfigPath: options.mcpConfig.map { "/proc/self/fd/\(place(of: .file(Array($0.utf8))))" },
                version: version
            )
            command += arguments.list
        }
        return ProgramPlan(
            command: command,
            environment: places.environment(adding: variables.merging(ours) { $1 }),
            user: places.agentUser,
            directory: places.workspace,
            input: [UInt8](prompt.utf8),
            limits: limits,
            mergesErrors: false,
            handovers: handovers
        )
    }

    /// Why this version of Claude Code is not started; nil when it may be.
    func refusal(of version: ClaudeVersion) -> String? {
        guard invocation.driver == .claude, invocation.claude?.trustsRepositorySettings != true,
            version < ClaudeArguments.firstIsolatingVersion
        else { return nil }
        return "Claude Code \(version) cannot be kept from starting what a repository's settings name; "
            + "\(ClaudeArguments.firstIsolatingVersion) or a later one is needed."
    }

    /// Variables that are not the task's to set.
    private var ours: [String: String] {
        var variables = [StartRecord.variable: marker]
        if let session = invocation.sessionID {
            variables["CARETAKER_SESSION_ID"] = session
            variables["CARETAKER_SESSION_RESUME"] = invocation.resume ? "1" : "0"
        }
        return variables
    }
}
