import ExecutorAPI
import Glibc

/// What an execution's thread does, from the folder to the exit record.
struct ExecutionRun: Sendable {
    let execution: Execution
    let launch: AgentLaunch
    let probe: ClaudeProbe
    let start: StartRecord
    /// Told when nothing of the agent is left and before anyone hears of it: whoever has read the end may go on at once.
    let willTellEnd: @Sendable () -> Void

    /// Blocks until the execution is over and its exit record is stored and published.
    func run() {
        let file: Descriptor
        do {
            file = try prepare()
        } catch {
            willTellEnd()
            execution.fail(CallFailure(.internalServerError, "storage", "The execution has no folder: \(error)"))
            return
        }
        execution.publish(Execution.Progress())
        let spool = SpoolWriter(file: file, limit: launch.limits.outputBytes)
        let kills = memoryKills()
        var outcome = runAgent(SpoolSink(spool: spool, execution: execution))
        let outOfMemory = memoryKills().flatMap { after in kills.map { after > $0 } }
        spool.finish()
        if outcome.endedBy == .agent, let stopped = spool.stopped {
            // It ended by itself before it was noticed that what it printed is not all there.
            (outcome.endedBy, outcome.detail) = (stopped.reason, stopped.detail)
        }
        finish(spool, with: record(of: outcome, lines: spool.lines, outOfMemory))
    }

    private func runAgent(_ sink: SpoolSink) -> ProgramOutcome {
        let orders = execution.orders
        var version: ClaudeVersion?
        if launch.invocation.driver == .claude {
            version = probe.version(of: launch.invocation.command, places: launch.places, orders: orders)
        }
        if let version, let reason = launch.refusal(of: version) {
            return ProgramOutcome(endedBy: .notStarted, detail: reason)
        }
        switch orders.stopOrder {
        case .cancel: return ProgramOutcome(endedBy: .cancel)
        case .shutdown: return ProgramOutcome(endedBy: .interrupted, detail: "The executor was told to stop.")
        case nil: return WatchedProgram(launch.plan(version), orders: orders, sink: sink).run()
        }
    }

    /// Makes the folder, which must not be there: it is what keeps a prompt from being delivered twice.
    private func prepare() throws -> Descriptor {
        guard try SafeFile.makeFolder(execution.folder) else { throw SystemFailure("mkdir", code: EEXIST) }
        try SafeFile.write(JSON.encode(start), to: "\(execution.folder)/\(StartRecord.file)")
        return try Descriptor.open(execution.spool, O_RDWR | O_CREAT | O_EXCL)
    }

    /// Only in a container of its own does the count say anything of the agent.
    private func memoryKills() -> Int? {
        launch.places.agentUser == nil ? nil : MemoryKills.count()
    }

    private func record(of outcome: ProgramOutcome, lines: Int, _ outOfMemory: Bool?) -> ExitRecord {
        let hasLingered = outcome.endedBy == .linger
        return ExitRecord(
            code: hasLingered ? 0 : outcome.code,
            signal: hasLingered ? nil : outcome.signal,
            endedBy: outcome.endedBy,
            outOfMemory: outOfMemory,
            detail: outcome.detail,
            stderr: outcome.errors.text,
            lines: lines,
            startedAt: start.startedAt,
            finishedAt: WallClock.milliseconds
        )
    }

    /// Stores the record: the lines first, then `exit.json`, which is the truth from then on, then the frame.
    private func finish(_ spool: SpoolWriter, with record: ExitRecord) {
        var progress = Execution.Progress(end: spool.end, isFinished: true)
        do {
            let bytes = try JSON.encode(record)
            progress.unwritten = Frame(kind: .exit, body: bytes).encoded
            try spool.sync()
            try SafeFile.write(bytes, to: "\(execution.folder)/\(RunFolder.exit)")
            try spool.append(Frame(kind: .exit, body: bytes))
            progress.end = spool.end
            progress.unwritten = []
        } catch {
            // Readers get the frame from memory, and an executor that comes later says `interrupted`.
        }
        willTellEnd()
        execution.publish(progress)
    }
}

/// Spools what a program prints and tells the readers.
private final class SpoolSink: OutputSink {
    private let spool: SpoolWriter
    private let execution: Execution

    init(spool: SpoolWriter, execution: Execution) {
        self.spool = spool
        self.execution = execution
    }

    var stopped: (reason: ExitRecord.Ending, detail: String)? { spool.stopped }

    func take(_ chunk: UnsafeRawBufferPointer) -> SpoolWriter.Arrival {
        let before = spool.end
        let arrival = spool.take(chunk)
        if spool.end != before { execution.publish(Execution.Progress(end: spool.end)) }
        return arrival
    }
}
