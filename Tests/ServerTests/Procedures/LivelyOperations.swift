import Model
import Store

/// What the service outside the HTTP face would say if it had a runtime that knows everything of every instance.
struct LivelyOperations: Operations {
    let stub: StubOperations
    let run: Run.ID

    func check(repository: String, ref: String?) throws(InputProblem) {
        try stub.check(repository: repository, ref: ref)
    }

    func check(branch: String) throws(InputProblem) { try stub.check(branch: branch) }

    func check(settings: TaskSettings) throws(InputProblem) { try stub.check(settings: settings) }

    var queueLimit: Int { stub.queueLimit }

    func usage(of run: Run.ID) async -> InstanceUsage? {
        InstanceUsage(
            image: "i",
            createdAt: Timestamp(milliseconds: 0),
            memoryBytes: 1 << 40,
            memoryLimitBytes: .max,
            processorTime: .milliseconds(125)
        )
    }

    func workFile(_ file: WorkFile, of run: Run.ID) -> String { stub.workFile(file, of: run) }

    func reload() async throws(ReloadRefusal) -> ReloadOutcome {
        try await stub.reload()
    }

    func tryNotice() async throws -> NoticeTrial? {
        NoticeTrial(host: "h", isDelivered: true, detail: "The receiver answered 204.")
    }

    func reap(isDryRun: Bool) async throws -> [ReaperFinding] {
        let decisions: [Reaping.Decision] = [
            .keep(.foreign), .keep(.tracked), .keep(.pastDeadline), .keep(.young), .keep(.firstSighting),
            .remove(.untracked),
        ]
        return InstanceSighting.Kind.allCases.flatMap { kind in
            decisions.map { decision in
                let isKnown = decision != .keep(.foreign)
                let sighting = InstanceSighting(
                    kind: kind,
                    id: "an id",
                    isOurs: isKnown,
                    run: isKnown ? run : nil,
                    createdAt: isKnown ? Timestamp(milliseconds: 0) : nil,
                    state: kind == .container ? "running" : nil,
                    image: nil
                )
                return ReaperFinding(sighting: sighting, decision: decision, isRemoved: !isDryRun)
            }
        }
    }
}
