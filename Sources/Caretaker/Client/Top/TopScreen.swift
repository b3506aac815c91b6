import AgentStream
import Foundation
import Model

/// The lines of `caretaker top`, for a terminal of some size or for none.
struct TopScreen {
    /// A line and how it is drawn.
    struct Line: Hashable {
        let text: String
        var style = TextStyle()
    }

    let picture: TopPicture
    /// How old the picture is: spans of time go on meanwhile.
    let age: Duration
    /// Why there is no newer one, if so.
    let trouble: String?

    /// All lines; with a height no more than that.
    func lines(width: Int?, height: Int?) -> [Line] {
        let head = head(width)
        let sections = TopSection.all(of: picture.overview, at: now)
        let room = height.map { max(0, $0 - head.count - 2 * sections.count) }
        let shown = Self.shares(of: room, among: sections.map(\.rows.count))
        var lines = head
        for (section, count) in zip(sections, shown) {
            lines.append(Line(text: ""))
            lines += section.lines(showing: count, width: width)
        }
        return height.map { Array(lines.prefix($0)) } ?? lines
    }

    /// The service's time, as far as its last answer tells.
    private var now: Date {
        let told = picture.overview["at"]?.string.flatMap(TopSection.date) ?? .now
        return told.addingTimeInterval(age.seconds)
    }

    private func head(_ width: Int?) -> [Line] {
        let overview = picture.overview
        let today = overview["today"]
        let time = now.formatted(Date.ISO8601FormatStyle())
        var state = Line(text: "caretaker  \(time)  ready", style: .bold)
        if !picture.missing.isEmpty {
            state = Line(text: "caretaker  \(time)  NOT READY: \(picture.missing.joined(separator: ", "))", style: .red)
        }
        if let trouble { state = Line(text: "caretaker  \(time)  \(trouble); trying again", style: .red) }
        let counts =
            "active \(overview["activeCount"]?.int ?? 0)  queued \(overview["queuedCount"]?.int ?? 0)  "
            + "today: \(today?["succeeded"]?.int ?? 0) succeeded, \(today?["notSucceeded"]?.int ?? 0) not, "
            + Amounts.dollars(today?["costUSD"]?.double ?? 0)
        var lines = [state, Line(text: counts)]
        if let since = overview["schedules"]?["pause"]?["at"]?.string {
            let note = overview["schedules"]?["pause"]?["note"]?.string.map { ": \($0)" } ?? ""
            lines.append(Line(text: "all schedules are paused since \(since)\(note)", style: .yellow))
        }
        return lines.map { Line(text: Self.fitted($0.text, width), style: $0.style) }
    }

    private static func fitted(_ text: String, _ width: Int?) -> String {
        let line = VisibleText.oneLine(text, limit: .max)
        return width.map { TextWidth.prefix(of: line, columns: $0, mark: true).text } ?? line
    }

    /// How many rows each may show: all where there is room, else in turns, the first one first.
    static func shares(of room: Int?, among counts: [Int]) -> [Int] {
        guard var room else { return counts }
        var shares = counts.map { _ in 0 }
        while room > 0, zip(shares, counts).contains(where: <) {
            for index in counts.indices where room > 0 && shares[index] < counts[index] {
                shares[index] += 1
                room -= 1
            }
        }
        return shares
    }
}
