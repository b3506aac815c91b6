import AgentStream
import Foundation

/// One of the tables of `caretaker top`.
struct TopSection {
    /// What it is called, which is the title of its first column.
    let title: String
    let columns: [TextTable.Column]
    let rows: [[String]]
    /// How many there are, told here or not.
    let count: Int
    /// Rows that people should see.
    var alarming: Set<Int> = []

    /// The title and so many rows.
    func lines(showing shown: Int, width: Int?) -> [TopScreen.Line] {
        guard !rows.isEmpty else { return [TopScreen.Line(text: "\(title)  none", style: .bold)] }
        let name = shown < count ? "\(title) \(shown) of \(count)" : title
        let table = TextTable([TextTable.Column(stringLiteral: name)] + columns, Array(rows.prefix(shown)))
        return table.lines(width: width).enumerated().map { index, text in
            TopScreen.Line(text: text, style: index == 0 ? .bold : alarming.contains(index - 1) ? .red : TextStyle())
        }
    }

    static func all(of overview: JSONValue, at now: Date) -> [TopSection] {
        [active(overview, now), queue(overview), slots(overview, now), ended(overview, now)]
    }

    private static func active(_ overview: JSONValue, _ now: Date) -> TopSection {
        let rows = (overview["active"]?.array ?? []).map { active -> [String] in
            let run = active["run"] ?? .null
            let since = (run["startedAt"]?.string ?? run["createdAt"]?.string).flatMap(date)
            return place(run) + [
                "\(active["step"]?.int ?? 0)/\(active["steps"]?.int ?? 0)", "\(active["messages"]?.int ?? 0)",
                run["costUSD"]?.double.map(Amounts.dollars) ?? "",
                since.map { Output.span(now.timeIntervalSince($0)) } ?? "",
            ]
        }
        return TopSection(
            title: "ACTIVE",
            columns: placeColumns + ["STEP", .cut("MSGS", 2), .cut("COST", 4), "FOR"],
            rows: rows,
            count: overview["activeCount"]?.int ?? rows.count
        )
    }

    private static func queue(_ overview: JSONValue) -> TopSection {
        let rows = (overview["queue"]?.array ?? []).map { run -> [String] in
            let waiting = run["waiting"]?.string ?? "is next"
            return place(run) + [run["detail"]?.string.map { "\(waiting): \($0)" } ?? waiting]
        }
        return TopSection(
            title: "QUEUED",
            columns: placeColumns + [.cut("WAITING", 5)],
            rows: rows,
            count: overview["queuedCount"]?.int ?? rows.count
        )
    }

    private static func slots(_ overview: JSONValue, _ now: Date) -> TopSection {
        let rows = (overview["slots"]?.array ?? []).map { slot -> [String] in
            let at = slot["at"]?.string ?? ""
            let ahead = date(at).map { "in \(Output.span($0.timeIntervalSince(now)))" } ?? ""
            return [slot["slug"]?.string ?? "", slot["repository"]?.string ?? "", at, ahead]
        }
        return TopSection(
            title: "NEXT",
            columns: [.cut("REPOSITORY", 1), .cut("AT", 2), "IN"],
            rows: rows,
            count: rows.count
        )
    }

    private static func ended(_ overview: JSONValue, _ now: Date) -> TopSection {
        let runs = overview["ended"]?.array ?? []
        let rows = runs.map { run -> [String] in
            let ago = run["finishedAt"]?.string.flatMap(date).map { "\(Output.span(now.timeIntervalSince($0))) ago" }
            return place(run) + [RunEnd.shown(run), run["costUSD"]?.double.map(Amounts.dollars) ?? "", ago ?? ""]
        }
        let failed = runs.indices.filter { !["succeeded", "cancelled"].contains(runs[$0]["state"]?.string) }
        return TopSection(
            title: "ENDED",
            columns: placeColumns + [.cut("STATE", 5), .cut("COST", 4), .cut("WHEN", 3)],
            rows: rows,
            count: rows.count,
            alarming: Set(failed)
        )
    }

    private static let placeColumns: [TextTable.Column] = [.cut("TASK", 3), .cut("REPOSITORY", 1)]

    private static func place(_ run: JSONValue) -> [String] {
        ["id", "name", "repository"].map { run[$0]?.string ?? "" }
    }

    /// An instant of the wire.
    static func date(_ text: String) -> Date? {
        try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
