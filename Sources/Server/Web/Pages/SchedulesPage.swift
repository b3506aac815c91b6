import Cron
import Model
import Store

/// All schedules: when each is due, and how it did last.
struct SchedulesPage: Sendable {
    let store: Store
    let zones: ScheduleZones
    let forecast: ScheduleForecast

    private static let limit = 100

    struct ScheduleRow {
        let schedulePath: String
        let scheduleName: String
        let words: String
        let expression: String
        let zone: String
        let state: String
        let note: String?
        let last: Last?
        let next: String?
        let failures: String?
        /// The file that declares it.
        let keptIn: String?
    }

    struct Last {
        let id: String
        let lastState: String
        let stateText: String
    }

    struct View {
        let pauseOfAll: WebPause?
        let hasSchedules: Bool
        let schedules: [ScheduleRow]
        let more: String?
    }

    func page(_ query: WebQuery) async throws -> WebPage {
        let after = query["after"].map(Schedule.ID.init(rawValue:))
        let ahead = try await SlotsAhead(store, forecast, after: after, limit: Self.limit + 1)
        let shown = Array(ahead.schedules.prefix(Self.limit))
        let runs = try await store.newestRuns(of: shown.map(\.id))
        let view = View(
            pauseOfAll: ahead.pauseOfAll.pause.map(WebPause.init),
            hasSchedules: !shown.isEmpty,
            schedules: shown.map { row($0, last: runs[$0.id], ahead) },
            more: ahead.schedules.count > shown.count
                ? shown.last.map { query.setting("after", $0.id.rawValue).path("/schedules") } : nil
        )
        return WebPage(
            title: "Schedules",
            section: .schedules,
            template: "schedules",
            view: view,
            script: "form.js"
        )
    }

    private func row(_ schedule: Schedule, last: Run?, _ ahead: SlotsAhead) -> ScheduleRow {
        let content = schedule.content
        return ScheduleRow(
            schedulePath: WebPath.schedule(schedule),
            scheduleName: content.name,
            words: zones.words(schedule) ?? "",
            expression: content.expression,
            zone: content.zone,
            state: ahead.state(of: schedule).rawValue,
            note: schedule.pause?.note,
            last: last.map {
                Last(
                    id: $0.id.rawValue,
                    lastState: $0.state.name.rawValue,
                    stateText: RunRow.stateText($0.state)
                )
            },
            next: ahead.next(of: schedule).map(WebText.time),
            failures: schedule.failuresInARow > 0 ? "\(schedule.failuresInARow) failed in a row" : nil,
            keptIn: schedule.managedBy?.file
        )
    }
}

/// A pause, as pages tell it.
struct WebPause {
    let since: String
    let pausedBy: String?
    let pauseNote: String?

    init(_ pause: SchedulePause) {
        since = WebText.time(pause.at)
        pausedBy = pause.by
        pauseNote = pause.note.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension ScheduleZones {
    /// A schedule's expression in words; nil when it or its zone cannot be read.
    func words(_ schedule: Schedule) -> String? {
        guard let zone = try? files.zone(schedule.content.zone) else { return nil }
        return (try? CronExpression(schedule.content.expression, key: schedule.id.rawValue))?.explanation(in: zone)
    }
}
