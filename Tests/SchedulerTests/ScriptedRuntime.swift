import Foundation
import Logging
import Model
import Repositories
import Store
import Synchronization

@testable import Scheduler

/// A runtime that answers as a test says, and counts what it is asked.
final class ScriptedRuntime: Runtime {
    struct Script: Sendable {
        var status: @Sendable () throws -> InstanceStatus = { .gone }
        /// What the n-th call of each does.
        var stop: @Sendable (_ call: Int) throws -> Void = { _ in }
        var execute: @Sendable () async throws -> AgentFrames = { throw ScriptedRuntime.away }
        var cancel: @Sendable () throws -> Void = { throw ScriptedRuntime.away }
        var spool: @Sendable () throws -> [AgentFrame] = { [] }
        var export: @Sendable () throws -> WorkExport = { throw ScriptedRuntime.away }
        /// What every preparation of an instance comes to.
        var trouble: RuntimeError?
    }

    static let away = RuntimeError(.unreachable, "Nobody answers.")

    private let script: Script
    private let counts = Mutex<[String: Int]>([:])

    init(_ script: Script) {
        self.script = script
    }

    /// How often something was asked for.
    func count(of call: String) -> Int { counts.withLock { $0[call] ?? 0 } }

    private func note(_ call: String) -> Int {
        counts.withLock { counts in
            counts[call, default: 0] += 1
            return counts[call, default: 0]
        }
    }

    private func prepared() throws {
        if let trouble = script.trouble { throw trouble }
    }

    var kind: RuntimeKind { .docker }
    func check() async throws {}
    func folder(of run: Run.ID) -> String { "/nonexistent" }
    func prepare(_ run: Run.ID) async throws { try prepared() }
    func start(_ run: Run.ID) async throws -> String? {
        try prepared()
        return nil
    }
    func initGit(_ run: Run.ID, username: String, email: String) async throws {}
    func clone(_ run: Run.ID, _ request: CloneRequest) async throws -> String? { nil }
    func precheck(_ run: Run.ID, _ command: [String]) async throws -> PrecheckOutcome { throw Self.away }
    func execute(_ run: Run.ID, _ request: ExecutionRequest, after line: Int) async throws -> AgentFrames {
        _ = note("execute")
        return try await script.execute()
    }
    func cancel(_ run: Run.ID, _ execution: Execution.ID) async throws { try script.cancel() }
    func spool(_ run: Run.ID, _ execution: Execution.ID, after line: Int) async throws -> AgentFrames {
        let frames = try script.spool()
        return AgentFrames { continuation in
            if frames.count > line { continuation.yield(Array(frames.dropFirst(line))) }
            continuation.finish(throwing: Self.away)
        }
    }
    func export(_ run: Run.ID) async throws -> WorkExport {
        _ = note("export")
        return try script.export()
    }
    func status(_ run: Run.ID) async throws -> InstanceStatus { try script.status() }
    func stop(_ run: Run.ID) async throws { try script.stop(note("stop")) }
    func clean(_ run: Run.ID) async throws {}
    func discard(_ run: Run.ID) async throws { _ = note("discard") }
    func leftovers() async -> [Run.ID] { [] }
    func sightings() async throws -> [InstanceSighting] { [] }
    func remove(_ sighting: InstanceSighting) async throws -> Bool { false }
    func usage(_ run: Run.ID) async throws -> InstanceUsage? { nil }
}

/// A run on a real database whose instance is a script.
struct ScriptedRun: Sendable {
    let run: Run
    let task: AgentTask
    let runtime: ScriptedRuntime
    let parts: CourseParts

    var store: Store { parts.store }

    /// Runs `body` with an admitted run of so many steps, none of which has begun.
    static func with(
        _ script: ScriptedRuntime.Script,
        steps: Int = 1,
        _ body: (ScriptedRun) async throws -> Void
    ) async throws {
        let folder = "/tmp/ct-scripted-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try Store(folder: folder, clock: SystemWallClock())
        let content = TaskContent(
            name: "T",
            steps: (0..<steps).map { _ in Step(instructions: "Do.", checks: "") },
            settings: TaskSettings()
        )
        let task = try await store.createTask(content)
        _ = try await store.createRun(
            NewRun(task: task.id.rawValue, repository: "https://example.org/r", ref: nil, priority: nil)
        )
        let runtime = ScriptedRuntime(script)
        for run in try await store.admitRuns(caps: Admission.Caps(global: 1), runtime: .docker) {
            try await store.moveRun(run.id, to: .running)
            try await body(
                ScriptedRun(run: run, task: task, runtime: runtime, parts: parts(store, runtime, folder))
            )
        }
        try await store.close()
    }

    private static func parts(_ store: Store, _ runtime: ScriptedRuntime, _ folder: String) -> CourseParts {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return CourseParts(
            store: store,
            repositories: Repositories(folder: "\(folder)/mirrors", settings: GitSettings(), logger: logger),
            runtime: runtime,
            configured: Setting(settings),
            failpoints: .fromEnvironment(),
            logger: logger
        )
    }

    private static let settings = SchedulerSettings(
        caps: Admission.Caps(global: 1),
        agent: AgentSettings(driver: .command, commands: [.command: ["agent"]], environment: [:]),
        limits: ExecutionLimits(
            startup: .seconds(60),
            idle: .seconds(60),
            total: .seconds(60),
            linger: .seconds(60),
            outputBytes: 1 << 20
        ),
        deadline: .seconds(3600),
        gitUsername: "",
        gitEmail: ""
    )

    func watch(deadline: Duration = .seconds(3600)) -> InterruptionWatch {
        InterruptionWatch(store: store, run: run.id, deadline: .now.advanced(by: deadline))
    }

    var conclusion: RunConclusion {
        RunConclusion(
            run: run,
            task: task,
            parts: parts,
            watch: watch(),
            exportPatience: .seconds(2),
            removalPatience: .zero
        )
    }

    /// What the service said in the run's story.
    func notices() async throws -> [String] {
        try await store.page(of: run.id, after: 0, limit: 1 << 20).messages.filter { $0.kind == .notice }
            .map { String(decoding: $0.body, as: UTF8.self) }
    }

    /// How many of its messages are the agent's.
    func agentLines() async throws -> Int {
        try await store.page(of: run.id, after: 0, limit: 1 << 20).messages.count { $0.kind != .notice }
    }
}
