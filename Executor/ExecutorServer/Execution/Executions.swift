import ExecutorAPI
import Glibc
import Synchronization

/// All executions of the run, those of an earlier executor included.
final class Executions: Sendable {
    private let places: Places
    private let gate: Gate
    private let running: RunningPrograms
    private let probe = ClaudeProbe()
    private let known = Mutex<[String: Execution]>([:])

    init(places: Places, gate: Gate, running: RunningPrograms) {
        self.places = places
        self.gate = gate
        self.running = running
    }

    /// Completes what an earlier executor left behind; called once, before anyone is served.
    func recover() throws {
        let parent = places.inRun(RunFolder.executions)
        _ = try SafeFile.makeFolder(parent)
        for id in SafeFile.names(in: parent) where RunFolder.isExecutionID(id) {
            let folder = places.execution(id)
            // Of an agent with a user of its own nothing is left by now.
            if places.agentUser == nil, !SafeFile.exists("\(folder)/\(RunFolder.exit)") {
                Leftovers.kill(markedIn: folder)
            }
            let end = try SpoolRecovery(folder: folder).run()
            let execution = Execution(id: id, folder: folder, finishedAt: end, orders: try Orders())
            known.withLock { $0[id] = execution }
        }
    }

    /// The version of Claude Code, once an execution has asked for it.
    var agentVersion: String? { probe.version?.description }

    /// Asks a program for its version before anyone needs it, if it is there and the workspace is free.
    func learnVersion(of program: String) async {
        guard Places.hasProgram(program), let orders = try? Orders() else { return }
        // Nobody waits for the answer, only for the workspace, and the first execution asks again.
        try? await gate.help {
            try await BlockingThread.run { [self] in
                _ = running.during(orders) {
                    probe.version(of: [program], places: places, orders: orders, patience: .seconds(5))
                }
            }
        }
    }

    subscript(id: String) -> Execution? {
        known.withLock { $0[id] }
    }

    /// The execution of this id: the one that was begun before, else a new one.
    ///
    /// - Throws: A conflict while another one runs.
    func execute(_ request: ExecuteRequest) async throws -> Execution {
        let id = request.id ?? Self.randomID()
        let (execution, isNew) = try claim(id)
        guard isNew else { return execution }
        do {
            try await gate.helpersDone()
            let run = try makeRun(of: execution, request)
            try BlockingThread.start { [self] in
                running.during(execution.orders) { run.run() }
            }
        } catch {
            known.withLock { $0[id] = nil }
            execution.fail(error as? CallFailure ?? CallFailure(.internalServerError, "internal", "\(error)"))
            gate.leave(execution: id)
            throw error
        }
        return execution
    }

    private func claim(_ id: String) throws -> (Execution, isNew: Bool) {
        try known.withLock { known in
            if let execution = known[id] { return (execution, false) }
            try gate.claim(id)
            do {
                let execution = Execution(id: id, folder: places.execution(id), orders: try Orders())
                known[id] = execution
                return (execution, true)
            } catch {
                gate.leave(execution: id)
                throw error
            }
        }
    }

    private func makeRun(of execution: Execution, _ request: ExecuteRequest) throws -> ExecutionRun {
        let agent = request.agent ?? Self.standardAgent
        guard let program = agent.command.first, !program.isEmpty else {
            throw CallFailure(.badRequest, "bad_request", "agent.command must begin with a program.")
        }
        let start = StartRecord(startedAt: WallClock.milliseconds, marker: "\(execution.id).\(Self.randomID())")
        let launch = AgentLaunch(
            places: places,
            invocation: agent,
            prompt: request.prompt,
            limits: Limits(request.limits),
            marker: start.marker
        )
        return ExecutionRun(execution: execution, launch: launch, probe: probe, start: start) { [gate] in
            gate.leave(execution: execution.id)
        }
    }

    /// The agent of a call that has nothing but a prompt.
    private static let standardAgent = AgentInvocation(
        driver: .claude,
        command: ["claude"],
        environment: [:],
        sessionID: nil,
        resume: false
    )

    private static func randomID() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
