import Model
import Store

/// The form in which a task is made or changed.
struct TaskFormPage: Sendable {
    let store: Store

    struct StepView {
        let instructions: String
        let checks: String
    }

    struct View {
        let heading: String
        let back: String
        let procedure: String
        let taskID: String?
        /// What was read, so that nobody's change in the meantime is undone.
        let version: Int?
        let nameField: WebField
        let steps: [StepView]
        let blankStep: StepView
        let environment: VariableFields
        let groups: [WebFieldGroup]
        let submit: String
    }

    /// The form for a new task.
    func page() -> WebPage { page(of: nil) }

    /// The form for a task that there is, or where to change one that a file declares.
    ///
    /// - Throws: `StoreError` `.notFound` without the task.
    func page(of id: String) async throws -> WebPage {
        guard let task = try await store.task(id) else { throw StoreError(.notFound, "There is no task \(id).") }
        if let file = task.managedBy { return .kept("The task \(task.slug)", in: file) }
        return page(of: task)
    }

    private func page(of task: AgentTask?) -> WebPage {
        let steps = task?.steps ?? [Step(instructions: "", checks: "")]
        let title = task.map { "Edit \($0.name)" } ?? "New task"
        let view = View(
            heading: title,
            back: task.map(WebPath.task) ?? "/tasks",
            procedure: task == nil ? "tasks.create" : "tasks.update",
            taskID: task?.id.rawValue,
            version: task?.version,
            nameField: WebField("name", "Name", task?.name, empty: .text, isRequired: true),
            steps: steps.map {
                StepView(instructions: HTMLText.escaped($0.instructions), checks: HTMLText.escaped($0.checks))
            },
            blankStep: StepView(instructions: "", checks: ""),
            environment: VariableFields(task?.settings.environment),
            groups: TaskFields.groups(task?.settings ?? TaskSettings()),
            submit: task == nil ? "Create the task" : "Save as version \((task?.version ?? 0) + 1)"
        )
        return WebPage(title: title, section: .tasks, template: "task-form", view: view, script: "form.js")
    }
}
