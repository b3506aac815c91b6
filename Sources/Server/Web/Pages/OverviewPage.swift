import Model
import Store

/// What is going on: what runs, what waits and why, what comes next, how the last runs ended, and the cost of today.
struct OverviewPage: Sendable {
    let store: Store
    let forecast: ScheduleForecast
    let health: Health?

    private static let limit = 10
    /// How many schedules are looked at for the next slots.
    private static let schedules = 500

    func page() async throws -> WebPage {
        let overview = try await store.overview(limit: Self.limit)
        let view = OverviewView(
            overview,
            findings: await health?.findings() ?? [],
            slots: overview.pauseOfAll.pause == nil ? try await nextSlots() : [],
            now: store.clock.now
        )
        return WebPage(title: "Overview", section: .overview, template: "overview", view: view)
    }

    private func nextSlots() async throws -> [NextSlot] {
        let now = store.clock.now
        let schedules = try await store.schedules(Store.ScheduleFilter(task: nil, after: nil, limit: Self.schedules))
        let slots = schedules.filter { $0.pause == nil }.compactMap { schedule in
            forecast.ahead(of: schedule, now: now).next.map {
                NextSlot(schedule: schedule.slug, name: schedule.content.name, at: Timestamp(seconds: $0))
            }
        }
        return Array(slots.sorted { $0.at < $1.at }.prefix(Self.limit))
    }
}

/// A slot that lies ahead.
struct NextSlot {
    let schedule: String
    let name: String
    let at: Timestamp

    var time: String { WebText.time(at) }
}
