import Model
import Store

/// The form in which a schedule is made or changed; what its expression comes to is shown while one writes.
struct ScheduleFormPage: Sendable {
    let store: Store
    let zones: ScheduleZones

    private static let repositories = 50

    struct View {
        let heading: String
        let back: String
        let procedure: String
        let scheduleID: String?
        let fields: [WebField]
        let times: [WebField]
        let groups: [WebFieldGroup]
        let repositories: [String]
        let standardZone: String
        let hasTasks: Bool
        let submit: String
    }

    /// The form for a new schedule, of the task that the address names.
    func page(_ query: WebQuery) async throws -> WebPage {
        try await page(of: nil, task: query["task"])
    }

    /// The form for a schedule that there is, or where to change one that a file declares.
    ///
    /// - Throws: `StoreError` `.notFound` without the schedule.
    func page(of id: String) async throws -> WebPage {
        guard let schedule = try await store.schedule(id) else {
            throw StoreError(.notFound, "There is no schedule \(id).")
        }
        if let file = schedule.managedBy { return .kept("The schedule \(schedule.slug)", in: file) }
        return try await page(of: schedule, task: schedule.content.task.rawValue)
    }

    private func page(of schedule: Schedule?, task: String?) async throws -> WebPage {
        let tasks = try await store.tasks()
        let chosen = tasks.first { $0.id.rawValue == task } ?? tasks.first { $0.slug == task }
        let last = try await last(of: schedule == nil ? chosen : nil)
        let title = schedule.map { "Edit \($0.content.name)" } ?? "New schedule"
        let view = View(
            heading: title,
            back: schedule.map(WebPath.schedule) ?? "/schedules",
            procedure: schedule == nil ? "schedules.create" : "schedules.update",
            scheduleID: schedule?.id.rawValue,
            fields: Self.what(schedule?.content, tasks, chosen, last),
            times: times(schedule?.content),
            groups: ScheduleFields.policy(schedule?.content.policy ?? SchedulePolicy()).map { group in
                WebFieldGroup(group.title, group.fields, isOpen: schedule != nil && group.isOpen)
            },
            repositories: try await store.recentRepositories(limit: Self.repositories),
            standardZone: zones.standardName,
            hasTasks: !tasks.isEmpty,
            submit: schedule == nil ? "Create the schedule" : "Save the schedule"
        )
        return WebPage(
            title: title,
            section: .schedules,
            template: "schedule-form",
            view: view,
            script: "schedule.js"
        )
    }

    /// The newest run of a task, whose repository a new schedule of it most likely means.
    private func last(of task: AgentTask?) async throws -> Run? {
        guard let task else { return nil }
        return try await store.runs(Store.RunFilter(task: task.id.rawValue, limit: 1)).first
    }

    private static func what(
        _ content: ScheduleContent?,
        _ tasks: [AgentTask],
        _ task: AgentTask?,
        _ last: Run?
    ) -> [WebField] {
        let choices = tasks.map { ($0.id.rawValue, $0.name) }
        return [
            WebField("name", "Name", content?.name, empty: .text, isRequired: true),
            WebField(
                "task",
                "Task",
                task?.id.rawValue,
                kind: .choice,
                isRequired: true,
                choices: task == nil ? [("", "Choose a task")] + choices : choices
            ),
            WebField(
                "repository",
                "Repository",
                content?.repository ?? last?.repository,
                empty: .text,
                isRequired: true,
                suggestions: "repositories"
            ),
            WebField(
                "ref",
                "Branch, tag or commit",
                content.map(\.ref) ?? last?.ref,
                hint: "Empty: the repository's own branch.",
                empty: .null
            ),
        ]
    }

    private func times(_ content: ScheduleContent?) -> [WebField] {
        [
            WebField(
                "expression",
                "When",
                content?.expression,
                hint: "Such as 0 3 * * 1-5, H H * * * for any time of the day, @every 6h, or @at 2026-03-08T02:30.",
                empty: .text,
                isRequired: true
            ),
            WebField(
                "zone",
                "Time zone",
                content?.zone,
                hint: "Empty: \(zones.standardName).",
                empty: .null,
                suggestions: "zones"
            ),
        ]
    }
}
