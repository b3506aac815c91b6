import AgentStream
import Model

/// What the head of a run's page shows.
struct RunView {
    /// What it is made of.
    struct Sources {
        let run: Run
        let task: AgentTask
        let schedule: Schedule?
        let executions: [Execution]
        let instance: Instance?
        let usage: InstanceUsage?
        let position: Int?
        let retries: [Run]
    }

    struct Fact {
        let term: String
        var words = ""
        var link: String?
        /// The HTML of an instant.
        var instant: String?
    }

    struct StepView {
        let number: Int
        let outcome: String
        let tone: String
        let instructions: String
        let checks: String?
        let stderr: String?
    }

    let name: String
    let state: String
    let stateText: String
    let why: String?
    let repository: String
    let figures: [Fact]
    let steps: [StepView]
    let facts: [Fact]
    let container: [Fact]
    let hasContainer: Bool
    let mayCancel: Bool
    let isCancelling: Bool
    let mayRetry: Bool
    /// The page on which the same can be started with changes.
    let copy: String?

    init(_ sources: Sources, now: Timestamp) {
        let run = sources.run
        name = run.name
        state = run.state.name.rawValue
        stateText = RunRow.stateText(run.state)
        why = run.detail
        repository = run.repository
        figures = Self.figures(run, now)
        steps = sources.task.steps.enumerated().map { number, step in
            StepView(step, number: number, sources.executions.first { $0.step == number }, of: run)
        }
        facts = Self.facts(sources)
        container = Self.container(sources)
        hasContainer = !container.isEmpty
        isCancelling = run.cancelRequestedAt != nil && !run.state.isFinal
        mayCancel = !run.state.isFinal && !isCancelling
        mayRetry = run.state.isFinal && sources.task.deletedAt == nil
        copy = sources.task.deletedAt == nil ? "\(WebPath.task(sources.task))/run?like=\(run.id)" : nil
    }

    private static func figures(_ run: Run, _ now: Timestamp) -> [Fact] {
        var figures: [Fact] = []
        if let cost = WebText.cost(run.usage?.costUSD) {
            figures.append(Fact(term: run.usage?.isEstimated == true ? "cost, estimated" : "cost", words: cost))
        }
        if let started = run.startedAt {
            figures.append(Fact(term: "duration", words: WebText.duration((run.finishedAt ?? now) - started)))
        }
        guard let usage = run.usage else { return figures }
        let read = usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens
        return figures + [
            Fact(term: "turns", words: "\(usage.turns)"),
            Fact(term: "tokens read", words: WebText.count(read)),
            Fact(term: "of them cached", words: WebText.count(usage.cacheReadTokens)),
            Fact(term: "tokens written", words: WebText.count(usage.outputTokens)),
        ]
    }
}

extension RunView.StepView {
    init(_ step: Step, number: Int, _ execution: Execution?, of run: Run) {
        self.number = number + 1
        instructions = step.instructions
        checks = step.checks.isEmpty ? nil : step.checks
        stderr = execution?.exit.flatMap { $0.stderr.isEmpty ? nil : $0.stderr }
        guard let execution else {
            (outcome, tone) = (run.state.isFinal ? "not begun" : "to come", "")
            return
        }
        guard let exit = execution.exit else {
            (outcome, tone) = run.state.isFinal ? ("end not known", "failed") : ("at work", "running")
            return
        }
        let status = exit.signal.map { "signal \($0)" } ?? exit.code.map { "exit \($0)" } ?? "no exit code"
        let cost = WebText.cost(execution.usage?.costUSD).map { ", \($0)" } ?? ""
        let isGood = exit.endedBy == .agent && exit.code == 0 || exit.endedBy == .linger
        let ending =
            exit.endedBy == .agent || exit.endedBy == .linger ? "" : "\(WebText.words(exit.endedBy.rawValue)), "
        (outcome, tone) = ("\(ending)\(status)\(cost)", isGood ? "succeeded" : "failed")
    }
}
