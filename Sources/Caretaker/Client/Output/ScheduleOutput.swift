import AgentStream
import Foundation

/// What the commands on schedules print.
enum ScheduleOutput {
    static func schedule(_ schedule: JSONValue, _ connection: ConnectionOptions) {
        connection.show(schedule, naming: "slug") { fields(of: schedule) }
    }

    private static func fields(of schedule: JSONValue) {
        let policy = schedule["policy"]
        let resolved = schedule["resolved"]?.string
        Output.fields([
            ("schedule", schedule["slug"]?.string), ("id", schedule["id"]?.string),
            ("name", schedule["name"]?.string), ("task", schedule["taskId"]?.string),
            ("repository", schedule["repository"]?.string), ("ref", schedule["ref"]?.string),
            ("expression", schedule["expression"]?.string),
            ("resolved", resolved == schedule["expression"]?.string ? nil : resolved),
            ("zone", schedule["zone"]?.string), ("declared by", schedule["managedBy"]?.string),
            ("state", schedule["state"]?.string),
            ("paused", schedule["pause"].flatMap(pause)),
            ("paused by", schedule["pausedByAll"] == true ? "the pause of all schedules" : nil),
            ("next", schedule["next"]?.string), ("failures in a row", number(schedule["failuresInARow"])),
            ("accounted until", schedule["accountedUntil"]?.string), ("jitter", number(policy?["jitter"], "s")),
            ("overlap", policy?["overlap"]?.string), ("catch-up", policy?["catchUp"]?.string),
            ("deadline", number(policy?["deadline"], "s")), ("cap", number(policy?["cap"])),
            ("start", policy?["start"]?.string), ("end", policy?["end"]?.string),
            ("pause after failures", number(policy?["pauseAfterFailures"])),
            ("priority", number(policy?["priority"])),
            ("precheck", policy?["precheck"]?.array.map { $0.compactMap(\.string).joined(separator: " ") }),
        ])
    }

    /// The pause of all schedules.
    static func all(_ state: JSONValue, _ connection: ConnectionOptions) {
        connection.show(state, naming: nil) {
            let text = state["pause"].flatMap(pause).map { "all schedules are paused: \($0)" }
            print(text ?? "the schedules are not paused as a whole")
        }
    }

    /// What a backfill found besides what it made, on standard error, as standard output has the runs' ids only.
    static func notes(ofBackfill made: JSONValue) {
        let counts = [
            ("runs made", made["runs"]?.array?.count), ("slots that had runs before", made["hadRuns"]?.int),
            ("open slots, which are not made up for", made["open"]?.int),
        ]
        let text = counts.map { "\($0): \($1 ?? 0)" }.joined(separator: "; ")
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }

    /// Since when, by whom and why; nil for no pause.
    private static func pause(_ pause: JSONValue) -> String? {
        guard let at = pause["at"]?.string else { return nil }
        let by = pause["by"]?.string.map { " by \($0)" } ?? ""
        let note = pause["note"]?.string.map { ": \($0)" } ?? ""
        return VisibleText.oneLine("\(at)\(by)\(note)", limit: 1500)
    }

    private static func number(_ value: JSONValue?, _ unit: String = "") -> String? {
        value?.int.map { "\($0)\(unit)" }
    }
}
