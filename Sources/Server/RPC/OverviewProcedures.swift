import AgentStream
import Model
import Store

/// What is going on, in one answer: for the command line, and for pages of others.
struct OverviewProcedures: Sendable {
    let store: Store
    let forecast: ScheduleForecast

    init(store: Store, zones: ScheduleZones) {
        self.store = store
        forecast = ScheduleForecast(zones: zones)
    }

    private static let most = 100

    var all: [Procedure] {
        [
            Procedure(
                "service.overview",
                .query,
                input: .optional(.object([.optional("limit", .integer(1...Self.most))], unknown: .refuse)),
                output: Self.schema,
                handler: overview
            )
        ]
    }

    private func overview(_ input: JSONValue) async throws -> Procedure.Answer {
        let limit = input["limit"]?.int ?? 10
        let overview = try await store.overview(limit: limit)
        let ahead = try await SlotsAhead(store, forecast)
        let succeeded = overview.today.filter { $0.state == .succeeded }.reduce(0) { $0 + $1.runs }
        return .value([
            "at": .string(ahead.now.iso8601),
            "active": .array(overview.active.map(Self.active)),
            "activeCount": JSONValue(overview.activeCount),
            "queue": .array(overview.queued.enumerated().map { WireRun.summary($1, position: $0 + 1) }),
            "queuedCount": JSONValue(overview.queuedCount),
            "slots": .array(ahead.first(limit).map(Self.slot)),
            "ended": .array(overview.ended.map { WireRun.summary($0) }),
            "today": [
                "succeeded": JSONValue(succeeded),
                "notSucceeded": JSONValue(overview.today.reduce(0) { $0 + $1.runs } - succeeded),
                "costUSD": JSONValue(overview.today.reduce(0) { $0 + $1.costUSD }),
            ],
            "schedules": WireSchedule.value(overview.pauseOfAll),
        ])
    }

    private static func active(_ active: StoreOverview.Active) -> JSONValue {
        [
            "run": WireRun.summary(active.run), "step": JSONValue(active.step), "steps": JSONValue(active.steps),
            "messages": JSONValue(active.messages),
        ]
    }

    private static func slot(_ schedule: Schedule, _ at: Timestamp) -> JSONValue {
        [
            "at": .string(at.iso8601), "scheduleId": .string(schedule.id.rawValue), "slug": .string(schedule.slug),
            "name": .string(schedule.content.name), "repository": .string(schedule.content.repository),
        ]
    }

    private static let schema = Schema.object(
        [
            .required("at", .time),
            .required("active", .array(of: activeSchema, maximum: most)),
            .required("activeCount", .integer(0...(.max))),
            .required("queue", .array(of: WireRun.summarySchema, maximum: most)),
            .required("queuedCount", .integer(0...(.max))),
            .required("slots", .array(of: slotSchema, maximum: most)),
            .required("ended", .array(of: WireRun.summarySchema, maximum: most)),
            .required("today", todaySchema),
            .required("schedules", WireSchedule.allSchema),
        ],
        unknown: .refuse
    )

    private static let activeSchema = Schema.object(
        [
            .required("run", WireRun.summarySchema), .required("step", .integer(0...(.max))),
            .required("steps", .integer(0...(.max))), .required("messages", .integer(0...(.max))),
        ],
        unknown: .refuse
    )

    private static let slotSchema = Schema.object(
        [
            .required("at", .time), .required("scheduleId", .id), .required("slug", .text), .required("name", .text),
            .required("repository", .text),
        ],
        unknown: .refuse
    )

    private static let todaySchema = Schema.object(
        [
            .required("succeeded", .integer(0...(.max))), .required("notSucceeded", .integer(0...(.max))),
            .required("costUSD", .number(0...(.infinity))),
        ],
        unknown: .refuse
    )
}
