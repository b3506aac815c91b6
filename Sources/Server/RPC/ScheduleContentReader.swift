import AgentStream
import Cron
import Model

/// Makes a schedule's content of what was given and, in an edit, of what it was.
struct ScheduleContentReader {
    let zones: ScheduleZones
    let id: Schedule.ID
    let now: Timestamp

    /// The content.
    ///
    /// - Parameters:
    ///   - input: The fields that were given; null clears one.
    ///   - task: The task.
    ///   - old: What the schedule was, which stays where nothing is given; nil for a new one.
    ///   - present: What it is until then, where all of it is given anew.
    /// - Returns: The content, of which the repository and the ref are yet to be checked.
    /// - Throws: `InputProblem`.
    func content(
        _ input: JSONValue,
        task: AgentTask.ID,
        over old: ScheduleContent?,
        insteadOf present: ScheduleContent? = nil
    ) throws(InputProblem) -> ScheduleContent {
        let expression = try Self.parse(input["expression"]?.string ?? old?.expression ?? "", of: id)
        let zone = try zoneName(expression, input, over: old)
        let content = ScheduleContent(
            name: input["name"]?.string ?? old?.name ?? "",
            task: task,
            repository: input["repository"]?.string ?? old?.repository ?? "",
            ref: input["ref"].map(\.string) ?? old?.ref,
            expression: expression.text,
            zone: zone,
            policy: try policy(input["policy"], over: old?.policy ?? SchedulePolicy(), zone)
        )
        if (old ?? present).map({ $0.hasOtherSlots(than: content) }) ?? true { try check(expression, content) }
        return content
    }

    static func parse(_ text: String, of id: Schedule.ID) throws(InputProblem) -> CronExpression {
        do {
            return try CronExpression(text, key: id.rawValue)
        } catch {
            throw InputProblem(expression: error)
        }
    }

    /// The zone in which an expression is meant: the one given, else that of its prefix, else what it was, else the
    /// configured or the host's.
    func zoneName(
        _ expression: CronExpression,
        _ input: JSONValue,
        over old: ScheduleContent? = nil
    ) throws(InputProblem) -> String {
        do {
            if let name = try expression.zoneName(given: input["zone"]?.string) { return name }
        } catch {
            throw InputProblem(field: "zone", message: error.message)
        }
        if let old, input["zone"] == nil { return old.zone }
        return zones.standardName
    }

    /// The instants of an expression in a zone.
    func timetable(_ expression: CronExpression, _ zone: String) throws(InputProblem) -> Timetable {
        let found: Zone
        do {
            found = try zones.files.zone(zone)
        } catch {
            throw InputProblem(field: expression.zoneName == zone ? "expression" : "zone", message: "\(error)")
        }
        do {
            return try Timetable(expression, zone: found)
        } catch {
            throw InputProblem(expression: error)
        }
    }

    private func check(_ expression: CronExpression, _ content: ScheduleContent) throws(InputProblem) {
        _ = try timetable(expression, content.zone)
        guard case .at(let instant) = expression.kind, Timestamp(seconds: instant) <= now else { return }
        throw InputProblem(field: "expression", message: "This instant has passed, so the schedule would never run.")
    }

    private func policy(
        _ given: JSONValue?,
        over old: SchedulePolicy,
        _ zone: String
    ) throws(InputProblem) -> SchedulePolicy {
        guard let given else { return old }
        let policy = SchedulePolicy(
            jitter: given["jitter"]?.int ?? old.jitter,
            overlap: given["overlap"]?.string.flatMap(SchedulePolicy.Overlap.init(rawValue:)) ?? old.overlap,
            catchUp: given["catchUp"]?.string.flatMap(SchedulePolicy.CatchUp.init(rawValue:)) ?? old.catchUp,
            deadline: given["deadline"]?.int ?? old.deadline,
            cap: given["cap"]?.int ?? old.cap,
            start: try bound(given["start"], over: old.start, zone, "policy.start"),
            end: try bound(given["end"], over: old.end, zone, "policy.end"),
            pauseAfterFailures: given["pauseAfterFailures"].map(\.int) ?? old.pauseAfterFailures,
            priority: given["priority"].map(\.int) ?? old.priority,
            precheck: given["precheck"].map { $0.array?.compactMap(\.string) } ?? old.precheck
        )
        if let start = policy.start, let end = policy.end, start >= end {
            throw InputProblem(field: "policy.end", message: "The end must be later than the start.")
        }
        if policy.precheck?.first?.isEmpty ?? (policy.precheck != nil) {
            throw InputProblem(field: "policy.precheck", message: "Expected a program and its arguments.")
        }
        return policy
    }

    private func bound(
        _ given: JSONValue?,
        over old: Timestamp?,
        _ zone: String,
        _ field: String
    ) throws(InputProblem) -> Timestamp? {
        guard let given else { return old }
        guard let text = given.string else { return nil }
        return try zones.instant(text, in: zone, field: field)
    }
}

extension InputProblem {
    /// An expression that cannot be used, with the place of its fault.
    init(expression error: CronSyntaxError) {
        self.init(field: "expression", message: error.description)
    }
}

extension ScheduleContent {
    /// Whether the other content is due at other instants, or may be.
    func hasOtherSlots(than other: ScheduleContent) -> Bool {
        expression != other.expression || zone != other.zone || policy.start != other.policy.start
            || policy.end != other.policy.end
    }
}
