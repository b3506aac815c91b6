/// Why a run failed; the words of the database, the wires, metrics and journal.
package enum FailureReason: String, CaseIterable, Sendable, Codable {
    case invalidInput = "invalid_input"
    case repositoryDenied = "repository_denied"
    case fetchFailed = "fetch_failed"
    case cloneFailed = "clone_failed"
    case imageMissing = "image_missing"
    case createFailed = "create_failed"
    /// The instance never answered.
    case startTimeout = "start_timeout"
    case agentStartup = "agent_startup"
    case agentError = "agent_error"
    case authentication
    case rateLimited = "rate_limited"
    case overloaded
    case budget
    case maxTurns = "max_turns"
    case permissionDenied = "permission_denied"
    case oomKilled = "oom_killed"
    case containerExited = "container_exited"
    case outputLimit = "output_limit"
    case precheckFailed = "precheck_failed"
    case exportFailed = "export_failed"
    case pushFailed = "push_failed"
    case storage
    case `internal`
}
