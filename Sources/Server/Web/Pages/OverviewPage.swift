import Model
import Store

/// What is going on: what runs, what waits and why, what comes next, how the last runs ended, and the cost of today.
struct OverviewPage: Sendable {
    let store: Store
    let forecast: ScheduleForecast
    let health: Health?

    private static let limit = 10

    func page() async throws -> WebPage {
        let overview = try await store.overview(limit: Self.limit)
        let view = OverviewView(
            overview,
            findings: await health?.findings() ?? [],
            slots: try await SlotsAhead(store, forecast).first(Self.limit),
            now: store.clock.now
        )
        return WebPage(title: "Overview", section: .overview, template: "overview", view: view)
    }
}
