import AgentStream
import Testing

/// What must be said of each recording; an exit stands only where the recording has none.
private struct Expectation {
    let reason: AgentFailure.Reason?
    var exit: AgentExit?

    static let success = Expectation(reason: nil)

    static func failure(_ reason: AgentFailure.Reason, exit: AgentExit? = nil) -> Expectation {
        Expectation(reason: reason, exit: exit)
    }

    static func success(exit: AgentExit) -> Expectation { Expectation(reason: nil, exit: exit) }
}

private let expectations: [String: Expectation] = [
    "auth-apikeyhelper": .success, "auth-none": .failure(.authentication), "background-disabled": .success,
    "background-task-at-end": .failure(.agentError, exit: .signalled(15)), "bash-fail": .success,
    "bash-success": .success, "bash-timeout": .success, "bg-sigkill-after-result": .failure(.agentError),
    "bg-sigterm-after-result": .failure(.agentError), "big-output": .success,
    "egress-blocked-http": .failure(.authentication, exit: .exited(1)),
    "egress-blocked-https": .failure(.agentError, exit: .exited(1)), "env-scrubbed": .failure(.agentStartup),
    "env-visible-to-bash": .success, "env-with-helper": .success, "err-401": .failure(.authentication),
    "err-401-full-retries": .failure(.authentication), "err-429": .failure(.rateLimited),
    "err-429-subscription-reset": .failure(.rateLimited), "err-500": .failure(.agentError),
    "err-529-exhausted": .failure(.overloaded), "err-529-maxretries2": .failure(.overloaded),
    "err-api-timeout": .failure(.agentError), "err-credit": .failure(.agentError),
    "err-hang": .failure(.agentError, exit: .signalled(9)), "err-model": .failure(.agentError),
    "fallback-model": .success, "files-overwrite-search": .success, "files-write-edit-read-grep-glob": .success,
    "hostile-mitigated": .success,
    "hostile-repo-bare": .success, "hostile-repo-safe-mode": .success, "hostile-repo-setting-sources-user": .success,
    "hostile-repo-settings": .success, "json-schema": .success, "json-schema-never": .success,
    "json-schema-outputjson": .success, "max-turns": .failure(.maxTurns), "partial-text": .success,
    "perm-denied-default": .success, "perm-denied-dontAsk": .success,
    "permission-prompt-stdio": .success(exit: .exited(0)), "read-image": .success,
    "recommended-flags": .failure(.maxTurns),
    "resume-1-first": .success, "resume-2-resumed": .success, "resume-3-forked": .success,
    "resume-4-session-id-in-use": .failure(.agentStartup), "resume-5-unknown": .failure(.agentError),
    "resume-6-other-cwd": .success, "resume-7-continue": .success, "resume-8-continue-none": .success,
    "resume-after-bg-sigkill": .success, "resume-after-max-turns": .success, "resume-after-sigkill": .success,
    "retry-529-then-ok": .success, "root-bypass-startup-failure": .failure(.agentStartup),
    "sighup-mid-bash": .failure(.agentError), "sigint-mid-bash": .failure(.agentError),
    "sigkill-mid-bash": .failure(.agentError), "sigterm-mid-api": .failure(.agentError),
    "sigterm-mid-bash": .failure(.agentError), "stdin-open": .success(exit: .exited(0)), "stop-hook-check": .success,
    "stream-cut-midway": .success, "subagent-background": .success, "subagent-foreground": .success,
    "tasks-taskcreate": .success, "unknown-tool": .success,
    "todo-legacy-tasks0": .success, "tools-bare": .success, "tools-explicit": .success, "tools-headless-env": .success,
    "tools-todo-env": .success, "unicode-ansi": .success, "watchdog-429": .failure(.rateLimited),
]

@Test func everyRecordingHasAnExpectedVerdict() throws {
    #expect(try Recording.names() == expectations.keys.sorted())
}

@Test(arguments: expectations.keys.sorted())
func aRecordingHasItsVerdict(name: String) throws {
    let recording = try Recording(name)
    let expectation = try #require(expectations[name])
    let exit = try #require(expectation.exit ?? recording.exitCode.map { .exited($0) })
    let verdict = recording.fold.verdict(exit: exit)
    #expect(verdict.failure?.reason == expectation.reason, "\(verdict)")
    #expect(verdict.failure?.detail.isEmpty != true)
    for line in recording.lines { #expect(AgentLine(classifying: line).kind != .raw) }
}

@Test(arguments: [
    ("err-401", "The model's API refused the credentials (status 401): Invalid API key · Fix external API key"),
    ("err-credit", "The model's API refused because of the account's billing (status 400): Credit balance is too low"),
    ("max-turns", "The agent used up its turns: Reached maximum number of turns (3)"),
    (
        "root-bypass-startup-failure",
        "The agent could not start (bypass_root): --dangerously-skip-permissions cannot be used with root/sudo "
            + "privileges for security reasons"
    ),
    ("sigterm-mid-bash", "The agent exited with 143 without a result"),
    ("env-scrubbed", "The agent exited with 1 before it printed a line"),
    ("bg-sigterm-after-result", "The agent exited with 143 after it had reported success"),
    (
        "resume-5-unknown",
        "The agent ended with an error (error_during_execution): No conversation found with session ID: "
            + "99999999-2222-4333-8444-555555555555"
    ),
])
func aFailureIsToldInASentence(name: String, detail: String) throws {
    let recording = try Recording(name)
    let exit = try #require(recording.exitCode)
    #expect(recording.fold.verdict(exit: .exited(exit)).failure?.detail == detail)
}

@Test(arguments: [("json-schema", true), ("json-schema-outputjson", true), ("json-schema-never", false)])
func aSchemaDemandsItsOutput(name: String, succeeds: Bool) throws {
    let verdict = try Recording(name).fold.verdict(exit: .exited(0), policy: VerdictPolicy(wantsStructuredOutput: true))
    #expect(verdict.isSuccess == succeeds)
}

@Test func aDenialFailsTheRunOnlyIfThePolicySaysSo() throws {
    let fold = try Recording("perm-denied-default").fold
    #expect(fold.verdict(exit: .exited(0)) == .succeeded(note: "3 tool calls were denied"))
    let strict = fold.verdict(exit: .exited(0), policy: VerdictPolicy(failOnPermissionDenied: true))
    #expect(strict.failure?.reason == .permissionDenied)
}

@Test(arguments: [("err-401", true), ("err-401-full-retries", true), ("err-429", false), ("err-529-exhausted", false)])
func refusedCredentialsEndTheRunAtOnce(name: String, aborts: Bool) throws {
    let recording = try Recording(name)
    let first = recording.lines.firstIndex { VerdictFold.shouldAbortNow($0) != nil }
    #expect(first == (aborts ? 1 : nil))
    #expect(recording.fold.abort?.reason == (aborts ? .authentication : nil))
}

@Test func theSessionIsThatOfTheLastInitOrResult() throws {
    #expect(try Recording("resume-1-first").fold.sessionID == "11111111-2222-4333-8444-555555555555")
    #expect(try Recording("sigterm-mid-api").fold.sessionID != nil)
    #expect(try Recording("env-scrubbed").fold.sessionID == nil)
}
