import Logging
import Model
import Repositories
import Store

/// What every run's course works with.
struct CourseParts: Sendable {
    let store: Store
    let repositories: Repositories
    let runtime: any Runtime
    let settings: SchedulerSettings
    let failpoints: Failpoints
    let logger: Logger
}
