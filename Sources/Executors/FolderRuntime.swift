import Model

/// A runtime whose executors listen in the runs' folders, however they got there.
protocol FolderRuntime: Runtime {
    var instances: RunInstances { get }
}

extension FolderRuntime {
    package func folder(of run: Run.ID) -> String {
        instances.folder(of: run)
    }

    package func prepare(_ run: Run.ID) async throws {
        try instances.prepare(run)
    }

    package func initGit(_ run: Run.ID, username: String, email: String) async throws {
        try await instances.initGit(run, username: username, email: email)
    }

    package func clone(_ run: Run.ID, _ request: CloneRequest) async throws -> String? {
        try await instances.clone(run, request)
    }

    package func precheck(_ run: Run.ID, _ command: [String]) async throws -> PrecheckOutcome {
        try await instances.precheck(run, command)
    }

    package func execute(_ run: Run.ID, _ request: ExecutionRequest, after line: Int) async throws -> AgentFrames {
        try await instances.execute(run, request, after: line)
    }

    package func cancel(_ run: Run.ID, _ execution: Execution.ID) async throws {
        try await instances.cancel(run, execution)
    }

    package func spool(_ run: Run.ID, _ execution: Execution.ID, after line: Int) async throws -> AgentFrames {
        try instances.spool(run, execution, after: line)
    }

    package func export(_ run: Run.ID) async throws -> WorkExport {
        try await instances.export(run)
    }

    package func clean(_ run: Run.ID) async throws {
        try await instances.clean(run)
    }

    package func discard(_ run: Run.ID) async throws {
        try await instances.discard(run)
    }

    package func leftovers() async -> [Run.ID] {
        instances.leftovers()
    }
}
