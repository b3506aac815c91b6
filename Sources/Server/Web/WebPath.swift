import Model

/// Where the page shows what.
enum WebPath {
    /// The word after `/tasks/` and `/schedules/` that leads to a form; whatever has it as slug is shown by its id.
    static let new = "new"

    static func task(_ task: AgentTask) -> String {
        "/tasks/" + (task.slug == new || task.deletedAt != nil ? task.id.rawValue : task.slug)
    }

    static func schedule(_ schedule: Schedule) -> String {
        "/schedules/" + (schedule.slug == new || schedule.deletedAt != nil ? schedule.id.rawValue : schedule.slug)
    }
}
