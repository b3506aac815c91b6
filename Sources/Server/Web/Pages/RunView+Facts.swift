import AgentStream
import Model

extension RunView {
    static func facts(_ sources: Sources) -> [Fact] {
        let run = sources.run
        var facts = [
            Fact(
                term: "Task",
                words: "\(sources.task.name), version \(run.taskVersion)",
                link: "\(WebPath.task(sources.task))?version=\(run.taskVersion)"
            ),
            Fact(term: "Started by", words: WebText.words(run.origin.trigger.rawValue)),
        ]
        if let schedule = sources.schedule {
            facts.append(Fact(term: "Schedule", words: schedule.content.name, link: WebPath.schedule(schedule)))
        }
        if let slot = run.origin.slot { facts.append(Fact(term: "Slot", instant: WebText.time(slot))) }
        if let ref = run.ref { facts.append(Fact(term: "Ref", words: ref)) }
        if let commit = run.commit { facts.append(Fact(term: "From commit", words: String(commit.prefix(12)))) }
        if let position = sources.position { facts.append(Fact(term: "Place in the queue", words: "\(position)")) }
        if let time = run.origin.notBefore, run.state.name == .queued {
            facts.append(Fact(term: "Not before", instant: WebText.time(time)))
        }
        facts.append(Fact(term: "Created", instant: WebText.time(run.createdAt)))
        if let time = run.startedAt { facts.append(Fact(term: "Started", instant: WebText.time(time))) }
        if let time = run.finishedAt { facts.append(Fact(term: "Ended", instant: WebText.time(time))) }
        return facts + repetitions(sources) + agent(run) + own(run)
    }

    private static func repetitions(_ sources: Sources) -> [Fact] {
        var facts: [Fact] = []
        if sources.run.origin.attempt > 1 {
            facts.append(Fact(term: "Attempt", words: "\(sources.run.origin.attempt)"))
        }
        if let first = sources.run.retryOf {
            facts.append(Fact(term: "Repeats", words: first.rawValue, link: "/runs/\(first)"))
        }
        return facts
            + sources.retries.map { run in
                Fact(term: "Repeated by", words: "\(run.id), \(RunRow.stateText(run.state))", link: "/runs/\(run.id)")
            }
    }

    private static func agent(_ run: Run) -> [Fact] {
        var facts: [Fact] = []
        if let model = run.agent?.model { facts.append(Fact(term: "Model", words: model)) }
        if let version = run.agent?.version { facts.append(Fact(term: "Claude Code", words: version)) }
        return facts + [Fact(term: "Session", words: run.session)]
    }

    /// What the run has instead of its task's settings.
    private static func own(_ run: Run) -> [Fact] {
        TaskFields.facts(run.settings ?? TaskSettings())
            .map { Fact(term: "\($0.factName), for this run", words: $0.factValue) }
    }

    static func container(_ sources: Sources) -> [Fact] {
        guard let instance = sources.instance else { return [] }
        let settings = sources.task.settings.container
        let pairs: [(String, String?)] = [
            ("Runtime", instance.runtime.rawValue),
            ("State", instance.state.rawValue),
            ("Name", instance.container == nil ? nil : instance.name),
            ("Container", instance.container.map(Instance.shortContainer)),
            ("Image", sources.usage?.image ?? settings?.image),
            ("Memory", sources.usage?.memoryBytes.map { WebText.bytes(Int($0)) }),
            ("Memory limit", (sources.usage?.memoryLimitBytes.map(Int.init) ?? settings?.memory).map(WebText.bytes)),
            ("Processor time", sources.usage?.processorTime.map(WebText.duration)),
            ("Processors", settings?.cpus.map { "\($0)" }),
            ("Network", settings?.network),
        ]
        return pairs.compactMap { term, words in words.map { Fact(term: term, words: $0) } }
    }
}
