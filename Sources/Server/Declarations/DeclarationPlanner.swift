import AgentStream
import Model
import Store

/// Works out what files change of what there is.
struct DeclarationPlanner {
    let operations: any Operations
    let zones: ScheduleZones
    let scope: DeclarationScope
    let state: DeclaredState
    let now: Timestamp

    private(set) var plan = DeclarationPlan()
    /// The tasks as they will be, by their slugs: their ids, and whether they have steps.
    private var tasks: [String: (id: AgentTask.ID, hasSteps: Bool)] = [:]
    private var lastID: AgentTask.ID?
    private var slugs: [AgentTask.ID: String] = [:]
    private var declaredTasks: Set<AgentTask.ID> = []
    private var declaredSchedules: [Schedule.ID: (slug: String, task: AgentTask.ID)] = [:]

    init(
        operations: any Operations,
        zones: ScheduleZones,
        scope: DeclarationScope,
        state: DeclaredState,
        now: Timestamp
    ) {
        self.operations = operations
        self.zones = zones
        self.scope = scope
        self.state = state
        self.now = now
    }

    /// The plan; with problems in it nothing of it may be carried out.
    mutating func plan(_ documents: DeclaredDocuments) -> DeclarationPlan {
        plan.problems = documents.problems
        tasks = Dictionary(state.tasks.map { ($0.slug, ($0.id, !$0.steps.isEmpty)) }) { $1 }
        slugs = Dictionary(state.tasks.map { ($0.id, $0.slug) }) { $1 }
        let tasksBySlug = Dictionary(state.tasks.map { ($0.slug, $0) }) { $1 }
        for declared in documents.tasks {
            add(declared, over: tasksBySlug[declared.slug] ?? declared.formerly.flatMap { tasksBySlug[$0] })
        }
        let schedulesBySlug = Dictionary(state.schedules.map { ($0.slug, $0) }) { $1 }
        for (declared, task) in documents.schedules {
            let present = schedulesBySlug[declared.slug] ?? declared.formerly.flatMap { schedulesBySlug[$0] }
            add(declared, of: task, over: present)
        }
        leaveOut()
        // What would become of the rest says nothing while some of it is not known.
        return plan.problems.isEmpty ? plan : DeclarationPlan(problems: plan.problems)
    }

    private mutating func add(_ declared: Declared, over present: AgentTask?) {
        guard present.map({ !declaredTasks.contains($0.id) }) ?? true else {
            return tell(declared, "formerly", "The task \(present?.slug ?? "") is declared by another document.")
        }
        guard isAllowed(declared, present?.managedBy, "task") else { return }
        let (settings, missing) = SecretValues.restored(
            declared.fields["settings"] ?? [:],
            from: present.map { WireTask.settings($0.settings) }
        )
        for path in missing {
            tell(declared, "settings.\(path)", "There is no value yet for null to stand for; give one.")
        }
        guard missing.isEmpty, case .object(var fields) = declared.fields else { return }
        fields["settings"] = settings
        do throws(InputProblem) {
            let content = try TaskContentReader(operations: operations).content(.object(fields))
            add(content, declared, over: present)
        } catch {
            plan.problems.append(DeclarationProblem(declared.place, error))
        }
    }

    private mutating func add(_ content: TaskContent, _ declared: Declared, over present: AgentTask?) {
        let id = present?.id ?? newID()
        if let present { tasks[present.slug] = nil }
        tasks[declared.slug] = (id, !content.steps.isEmpty)
        slugs[id] = declared.slug
        declaredTasks.insert(id)
        let before = present.map { DeclaredContent.task($0.content, slug: $0.slug) }
        let differences = FieldDifference.between(
            before ?? [:],
            DeclaredContent.task(content, slug: declared.slug)
        )
        guard let present else {
            plan.steps.append(.makeTask(id, slug: declared.slug, content, declared.managedBy))
            return note(.create, .task, declared, differences)
        }
        let isSame = differences.allSatisfy { $0.path == ["slug"] }
        let change = DeclaredChange.changeTask(
            present,
            slug: declared.slug,
            isSame ? nil : content,
            declared.managedBy
        )
        note(change, .task, declared, differences, isOwned: present.managedBy == declared.managedBy)
    }

    /// An id that sorts after those before, as tasks are listed by their ids.
    private mutating func newID() -> AgentTask.ID {
        let id = lastID?.successor ?? AgentTask.ID(at: now)
        lastID = id
        return id
    }

    private mutating func add(_ declared: Declared, of task: String, over present: Schedule?) {
        guard present.map({ declaredSchedules[$0.id] == nil }) ?? true else {
            return tell(declared, "formerly", "The schedule \(present?.slug ?? "") is declared by another document.")
        }
        guard isAllowed(declared, present?.managedBy, "schedule") else { return }
        let field = declared.fields["task"] == nil ? "repository" : "task"
        guard let found = tasks[task] ?? self.task(ofID: task) else {
            // A task that could not be read is told itself.
            if field == "task" { tell(declared, field, "There is no task \(task).") }
            return
        }
        guard found.hasSteps else {
            return tell(declared, field, "The task \(task) has no steps, so there is nothing to run.")
        }
        do throws(InputProblem) {
            let id = present?.id ?? Schedule.ID(at: now)
            declaredSchedules[id] = (declared.slug, found.id)
            let content = try ScheduleContentReader(zones: zones, id: id, now: now)
                .content(declared.fields, task: found.id, over: nil, insteadOf: present?.content)
            if content.repository != present?.content.repository || content.ref != present?.content.ref {
                try operations.check(repository: content.repository, ref: content.ref)
            }
            add(content, id, declared, task: task, over: present)
        } catch {
            plan.problems.append(DeclarationProblem(declared.place, error))
        }
    }

    private mutating func add(
        _ content: ScheduleContent,
        _ id: Schedule.ID,
        _ declared: Declared,
        task: String,
        over present: Schedule?
    ) {
        let before = present.map { present in
            // By the slugs to come: a task that only gets another slug is the same one.
            DeclaredContent.schedule(present.content, slug: present.slug, task: slug(of: present.content.task))
        }
        let after = DeclaredContent.schedule(content, slug: declared.slug, task: slug(of: content.task))
        let differences = FieldDifference.between(before ?? [:], after)
        guard let present else {
            plan.steps.append(.makeSchedule(id, slug: declared.slug, content, declared.managedBy))
            return note(.create, .schedule, declared, differences)
        }
        let closing =
            content.hasOtherSlots(than: present.content)
            ? ScheduleClosing(present, state.pauseOfAll, zones, now: now) : nil
        if closing?.isAwaited == true { plan.isAwaited = true }
        let isSame = differences.allSatisfy { $0.path == ["slug"] }
        let change = DeclaredChange.changeSchedule(
            present,
            slug: declared.slug,
            isSame ? nil : content,
            closing.map { (plan: $0.plan, through: $0.through) },
            declared.managedBy
        )
        note(change, .schedule, declared, differences, isOwned: present.managedBy == declared.managedBy)
    }

    /// What the owner's files declared and do not any more: schedules first, as a task takes all of its own with it.
    private mutating func leaveOut() {
        var stay: [AgentTask.ID: String] = [:]
        for (slug, task) in declaredSchedules.values { stay[task] = slug }
        for schedule in state.schedules where declaredSchedules[schedule.id] == nil {
            guard let managedBy = schedule.managedBy, scope.hasLost(managedBy) else {
                stay[schedule.content.task] = schedule.slug
                continue
            }
            leaveOut(.schedule, schedule.slug, managedBy, .deleteSchedule(schedule), unless: nil)
            if !scope.prunes { stay[schedule.content.task] = schedule.slug }
        }
        for task in state.tasks where !declaredTasks.contains(task.id) {
            guard let managedBy = task.managedBy, scope.hasLost(managedBy) else { continue }
            let reason = stay[task.id].map { "its schedule \($0) stays" }
            leaveOut(.task, task.slug, managedBy, .deleteTask(task), unless: reason)
        }
    }

    private mutating func leaveOut(
        _ kind: DeclarationSchema.Kind,
        _ slug: String,
        _ managedBy: ManagedBy,
        _ deletion: DeclaredChange,
        unless reason: String?
    ) {
        let isDeleted = scope.prunes && reason == nil
        if isDeleted { plan.steps.append(deletion) }
        let note = scope.prunes ? reason.map { "not deleted: \($0)" } : "no file declares it any more; prune deletes it"
        plan.changes.append(
            DeclarationPlan.Change(
                action: isDeleted ? .delete : .keep,
                kind: kind,
                slug: slug,
                file: managedBy.file,
                note: isDeleted ? nil : note
            )
        )
    }

    private mutating func note(
        _ change: DeclaredChange,
        _ kind: DeclarationSchema.Kind,
        _ declared: Declared,
        _ differences: [FieldDifference],
        isOwned: Bool
    ) {
        if differences.isEmpty, isOwned {
            plan.unchanged += 1
            return
        }
        plan.steps.append(change)
        note(differences.isEmpty ? .adopt : .update, kind, declared, differences)
    }

    private mutating func note(
        _ action: DeclarationPlan.Change.Action,
        _ kind: DeclarationSchema.Kind,
        _ declared: Declared,
        _ differences: [FieldDifference]
    ) {
        plan.changes.append(
            DeclarationPlan.Change(
                action: action,
                kind: kind,
                slug: declared.slug,
                file: declared.place.file,
                differences: differences
            )
        )
    }

    private mutating func isAllowed(_ declared: Declared, _ managedBy: ManagedBy?, _ word: String) -> Bool {
        guard let managedBy, scope.isForeign(managedBy) else { return true }
        tell(declared, "slug", "The \(word) \(declared.slug) is kept in \(managedBy.file); force takes it over.")
        return false
    }

    private func slug(of task: AgentTask.ID) -> String {
        slugs[task] ?? task.rawValue
    }

    private func task(ofID id: String) -> (id: AgentTask.ID, hasSteps: Bool)? {
        tasks.values.first { $0.id.rawValue == id }
    }

    private mutating func tell(_ declared: Declared, _ field: String, _ message: String) {
        let problem = InputProblem(field: field, message: message)
        plan.problems.append(DeclarationProblem(declared.place, problem))
    }
}
