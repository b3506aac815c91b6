import AgentStream
import Glibc

/// What the deletion of a task or schedule would come to.
struct DeletionPlan {
    /// How many schedules go with a task; nil for a schedule.
    private let schedules: Int?
    private let queued: Int
    private let active: Int
    /// Who else declares it, if a file does.
    private let managedBy: JSONValue

    init(task: String, _ client: ServiceClient) async throws {
        let history = try await client.query("tasks.history", ["id": .string(task)])
        guard history["deletedAt"]?.isNull != false else {
            throw Failure("There is no task \(task).", code: EX_SOFTWARE)
        }
        schedules = history["schedules"]?.int ?? 0
        queued = history["queued"]?.int ?? 0
        active = history["active"]?.int ?? 0
        managedBy = history["task"]?["managedBy"] ?? .null
    }

    init(schedule: String, _ client: ServiceClient) async throws {
        let found = try await client.query("schedules.byId", ["id": .string(schedule)])
        guard let id = found["id"] else { throw Failure("There is no schedule \(schedule).", code: EX_SOFTWARE) }
        schedules = nil
        queued = try await Self.count("queued", of: id, client)
        let starting = try await Self.count("starting", of: id, client)
        active = starting + (try await Self.count("running", of: id, client))
        managedBy = found["managedBy"] ?? .null
    }

    func show(_ connection: ConnectionOptions) {
        var plan: JSONObject = ["queued": JSONValue(queued), "active": JSONValue(active), "managedBy": managedBy]
        plan["schedules"] = schedules.map { JSONValue($0) }
        connection.show(.object(plan), naming: nil) {
            Output.fields([
                ("schedules deleted", schedules.map(String.init)), ("queued runs cancelled", "\(queued)"),
                ("active runs that go on", "\(active)"),
                ("declared by", managedBy.string.map { "\($0), so that --force is needed" }),
            ])
        }
    }

    /// How many of a schedule's runs are in a state.
    private static func count(_ state: String, of schedule: JSONValue, _ client: ServiceClient) async throws -> Int {
        var input: JSONObject = ["scheduleId": schedule, "state": .string(state), "limit": JSONValue(page)]
        var count = 0
        while true {
            let runs = try await client.query("runs.list", .object(input)).array ?? []
            count += runs.count
            guard runs.count == page, let last = runs.last?["id"] else { return count }
            input["before"] = last
        }
    }

    private static let page = 500
}
