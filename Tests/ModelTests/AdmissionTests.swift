import Model
import Testing

struct AdmissionTests {
    /// A queue with its active runs and caps, drawn from a seed; few repositories and tasks, so that they compete.
    private struct Situation {
        var queued: [Admission.Candidate]
        var active: [Admission.Candidate]
        var caps: Admission.Caps

        init(seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            let taskCaps = (0..<4).map { _ in random.below(3) == 0 ? nil : random.below(4) }
            func candidate(_ prefix: String, _ number: Int) -> Admission.Candidate {
                let task = random.below(taskCaps.count)
                return Admission.Candidate(
                    run: Run.ID(rawValue: "\(prefix)\(number)"),
                    task: AgentTask.ID(rawValue: "task\(task)"),
                    repository: "repository\(random.below(4))",
                    maxConcurrent: taskCaps[task]
                )
            }
            queued = (0..<random.below(30)).map { candidate("queued", $0) }
            active = (0..<random.below(8)).map { candidate("active", $0) }
            caps = Admission.Caps(
                global: random.below(12),
                perRepository: random.below(3) == 0 ? nil : random.below(4)
            )
        }

        func decisions() -> [(run: Run.ID, decision: Admission.Decision)] {
            Admission.decide(queued: queued, active: active, caps: caps)
        }
    }

    private struct Load {
        var total = 0
        var repositories: [String: Int] = [:]
        var tasks: [AgentTask.ID: Int] = [:]

        init(_ runs: [Admission.Candidate]) {
            for run in runs { add(run) }
        }

        mutating func add(_ run: Admission.Candidate) {
            total += 1
            repositories[run.repository, default: 0] += 1
            tasks[run.task, default: 0] += 1
        }

        /// What the run must wait for, checked in the order of the words' weight; nil when it may start.
        func obstacle(to run: Admission.Candidate, _ caps: Admission.Caps) -> RunState.Waiting? {
            if total >= caps.global { return .capGlobal }
            if let cap = caps.perRepository, repositories[run.repository, default: 0] >= cap { return .capRepository }
            if let cap = run.maxConcurrent, tasks[run.task, default: 0] >= cap { return .capTask }
            return nil
        }
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func admissionIsGreedyInOrderAndNeverAboveACap(_ block: UInt64) {
        for seed in block * 64..<(block + 1) * 64 {
            let situation = Situation(seed: seed)
            let decided = Dictionary(uniqueKeysWithValues: situation.decisions().map { ($0.run, $0.decision) })
            var load = Load(situation.active)
            for run in situation.queued {
                let decision = decided[run.run] ?? .wait(.capGlobal)
                let obstacle = load.obstacle(to: run, situation.caps)
                #expect(decision == obstacle.map(Admission.Decision.wait) ?? .admit, "\(run.run) of seed \(seed)")
                if decision == .admit { load.add(run) }
            }
            #expect(decided.count <= situation.queued.count)
        }
    }

    private static func candidate(
        _ run: String,
        task: String = "t",
        repository: String = "r",
        maxConcurrent: Int? = nil
    ) -> Admission.Candidate {
        Admission.Candidate(
            run: Run.ID(rawValue: run),
            task: AgentTask.ID(rawValue: task),
            repository: repository,
            maxConcurrent: maxConcurrent
        )
    }

    private static func admitted(
        _ queued: [Admission.Candidate],
        active: [Admission.Candidate] = [],
        _ caps: Admission.Caps
    ) -> [String] {
        Admission.decide(queued: queued, active: active, caps: caps)
            .filter { $0.decision == .admit }
            .map(\.run.rawValue)
    }

    @Test
    func aBlockedRepositoryDoesNotHoldUpOthers() {
        let queued = [Self.candidate("a"), Self.candidate("b"), Self.candidate("c", repository: "other")]
        #expect(Self.admitted(queued, Admission.Caps(global: 3, perRepository: 1)) == ["a", "c"])
    }

    @Test
    func aBlockedTaskDoesNotHoldUpOthers() {
        let queued = [
            Self.candidate("a", maxConcurrent: 1), Self.candidate("b", maxConcurrent: 1),
            Self.candidate("c", task: "other"),
        ]
        #expect(Self.admitted(queued, Admission.Caps(global: 3)) == ["a", "c"])
    }

    @Test
    func activeRunsCountAgainstEveryCap() {
        let active = [Self.candidate("x", task: "t", repository: "r")]
        let queued = [
            Self.candidate("a", task: "other", repository: "r"),
            Self.candidate("b", task: "t", repository: "other", maxConcurrent: 1),
            Self.candidate("c", task: "third", repository: "third"),
            Self.candidate("d", task: "fourth", repository: "fourth"),
        ]
        #expect(Self.admitted(queued, active: active, Admission.Caps(global: 2, perRepository: 1)) == ["c"])
    }

    @Test
    func moreActiveRunsThanTheCapAdmitNone() {
        let active = (0..<5).map { Self.candidate("x\($0)") }
        #expect(Self.admitted([Self.candidate("a")], active: active, Admission.Caps(global: 3)).isEmpty)
    }

    @Test
    func aSerialRunWaitsForItsSchedulesOthersAndAHeldOneForWhatHoldsIt() {
        func candidate(
            _ run: String,
            _ schedule: String?,
            serial: Bool = true,
            isRetry: Bool = false,
            hold: RunState.Waiting? = nil
        )
            -> Admission.Candidate
        {
            Admission.Candidate(
                run: Run.ID(rawValue: run),
                task: AgentTask.ID(rawValue: "task"),
                repository: "repository",
                maxConcurrent: nil,
                schedule: schedule.map(Schedule.ID.init(rawValue:)),
                isSerial: serial,
                isRetry: isRetry,
                hold: hold
            )
        }
        let decisions = Admission.decide(
            queued: [
                candidate("a", "busy"), candidate("b", "free"), candidate("c", "free"), candidate("d", nil),
                candidate("e", "busy", serial: false), candidate("f", "new"),
                candidate("i", "new", isRetry: true, hold: .backoff), candidate("j", "due", isRetry: true),
                candidate("g", "other", hold: .paused), candidate("h", "other"),
            ],
            active: [candidate("x", "busy", serial: false)],
            caps: Admission.Caps(global: 10)
        )
        #expect(
            decisions.map(\.decision) == [
                .wait(.overlap), .admit, .wait(.overlap), .admit, .admit, .wait(.overlap), .wait(.backoff), .admit,
                .wait(.paused), .admit,
            ]
        )
    }
}
