import AgentStream
import Glibc
import Model
import Repositories
import Store

/// Everything before the first step: the repository's bundle, the instance, the clone.
///
/// What fails for good is thrown as `CourseEnding`.
struct RunPreparation: Sendable {
    let run: Run
    let parts: CourseParts
    /// Whether a step was begun before a restart: the instance's troubles then say nothing about the agent's work, and
    /// the course is walked again.
    let wasExecuted: Bool

    func prepare() async throws {
        let source = try await fetch()
        try await create()
        try await clone(source)
        try await parts.failpoints.reach(.cloned)
        if let command = run.origin.precheck, !wasExecuted { try await precheck(command) }
    }

    /// Asks the schedule's command whether there is anything to do.
    private func precheck(_ command: [String]) async throws {
        try await notice("Running the precheck...")
        let outcome: PrecheckOutcome
        do {
            outcome = try await parts.whenAvailable(run.id) { try await parts.runtime.precheck(run.id, command) }
        } catch let error as RuntimeError {
            throw CourseEnding.failed(.precheckFailed, "The precheck's outcome is not known: \(error.message)")
        }
        switch outcome.exitCode {
        case 0: return
        case PrecheckOutcome.nothingToDo: throw CourseEnding(.succeeded(.nothingToDo), outcome.lastLines)
        default:
            let lines = outcome.lastLines.map { " It printed: \($0)" } ?? ""
            throw CourseEnding.failed(.precheckFailed, "The precheck ended with code \(outcome.exitCode).\(lines)")
        }
    }

    private func fetch() async throws -> FetchedSource {
        try await parts.failpoints.reach(.fetch)
        try await attempt(.createFailed) { try await parts.runtime.prepare(run.id) }
        let source: FetchedSource
        do {
            let address = try RepositoryAddress.parse(run.repository)
            source = try await parts.repositories.fetch(
                address,
                ref: run.ref,
                run: run.id.rawValue,
                bundle: "\(parts.runtime.folder(of: run.id))/source.bundle"
            )
        } catch let error as RepositoryError {
            throw CourseEnding.failed(error.failureReason, error.message)
        }
        try await parts.store.setCommit(source.commit, of: run.id)
        try await parts.failpoints.reach(.fetched)
        return source
    }

    private func create() async throws {
        try await parts.failpoints.reach(.create)
        let container = try await attempt(.createFailed) { try await parts.runtime.start(run.id) }
        try await parts.store.setInstance(of: run.id, to: .idle, container: container)
        try await parts.failpoints.reach(.created)
    }

    private func clone(_ source: FetchedSource) async throws {
        try await notice("Initializing Git config...")
        try await parts.failpoints.reach(.initGit)
        let settings = parts.settings
        try await attempt(.cloneFailed) {
            try await parts.runtime.initGit(run.id, username: settings.gitUsername, email: settings.gitEmail)
        }
        try await notice("Cloning repository...")
        try await parts.failpoints.reach(.clone)
        let request = CloneRequest(
            hasBundle: !source.isEmpty,
            origin: source.origin,
            branch: source.isEmpty ? source.defaultBranch : source.branch,
            commit: source.commit
        )
        try await attempt(.cloneFailed) { _ = try await parts.runtime.clone(run.id, request) }
    }

    private func notice(_ text: String) async throws {
        try await parts.store.appendNotice(Notice.message(text), to: run.id, step: 0)
    }

    /// Performs a call to the runtime; its failure ends the run, but a runtime that is away is waited for.
    private func attempt<Value>(_ reason: FailureReason, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await parts.whenAvailable(run.id) { try await body() }
        } catch let error as RuntimeError where !wasExecuted {
            throw CourseEnding.failed(error.failureReason ?? reason, error.message)
        }
    }
}

extension RuntimeError {
    /// The run's reason where the error alone tells it.
    var failureReason: FailureReason? {
        // The run's folder is on the disk with the state; a clone's is not.
        if code == .createFailed, message.contains(String(cString: strerror(ENOSPC))) { return .storage }
        return switch code {
        case .imageMissing: .imageMissing
        case .startTimeout: .startTimeout
        case .createFailed: .createFailed
        case .unreachable, .timedOut, .refused, .unavailable: nil
        }
    }
}

extension RepositoryError {
    var failureReason: FailureReason {
        if message.contains(String(cString: strerror(ENOSPC))) { return .storage }
        return switch code {
        case .invalidInput: .invalidInput
        case .repositoryDenied: .repositoryDenied
        case .fetchFailed, .timedOut: .fetchFailed
        case .pushFailed: .pushFailed
        }
    }
}
