import AgentStream
import Testing

@testable import Caretaker

/// `caretaker top` fits what there is onto a screen.
struct TopScreenTests {
    @Test(arguments: [(80, 24), (80, 10), (40, 24), (200, 60), (80, 5), (20, 3)])
    func itFitsAnyTerminal(_ width: Int, _ height: Int) {
        let lines = Self.screen(30).lines(width: width, height: height)
        #expect(lines.count <= height)
        let ids = 26
        #expect(lines.allSatisfy { TextWidth.columns(of: $0.text) <= max(width, ids + 30) })
        if width >= 80 { #expect(lines.allSatisfy { TextWidth.columns(of: $0.text) <= width }) }
        if height >= 24 { #expect(lines.count == height) }
    }

    @Test func everySectionHasItsShareAndSaysHowManyThereAre() {
        #expect(TopScreen.shares(of: 5, among: [9, 1, 0, 9]) == [2, 1, 0, 2])
        #expect(TopScreen.shares(of: 100, among: [9, 1, 0, 9]) == [9, 1, 0, 9])
        #expect(TopScreen.shares(of: nil, among: [9, 1]) == [9, 1])
        let lines = Self.screen(30).lines(width: 80, height: 24).map(\.text)
        #expect(lines.contains { $0.hasPrefix("ACTIVE 4 of 30") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("QUEUED 3 of 30") } || lines.contains { $0.hasPrefix("QUEUED 4 of 30") })
    }

    @Test func spansGoOnWhileThePictureStays() {
        let picture = Self.screen(1).picture
        func text(_ age: Duration) -> String {
            TopScreen(picture: picture, age: age, trouble: nil).lines(width: nil, height: nil).map(\.text)
                .joined(separator: "\n")
        }
        #expect(text(.zero).contains("1 min 0 s") && text(.seconds(5)).contains("1 min 5 s"))
        #expect(text(.zero).contains("in 1 h 0 min") && text(.seconds(5)).contains("in 59 min 55 s"))
    }

    @Test func aLostServiceIsToldAndWhatWasKnownStays() {
        let screen = TopScreen(picture: Self.screen(1).picture, age: .zero, trouble: "the service does not answer")
        let lines = screen.lines(width: 80, height: 24).map(\.text)
        #expect(lines[0].contains("the service does not answer; trying again"))
        #expect(lines.contains { $0.contains("cap_global") })
    }

    /// So many of each kind.
    private static func screen(_ count: Int) -> TopScreen {
        let run: JSONValue = [
            "id": "01JDA0000000000000000000AB", "name": "Überprüfe 日本語 \u{1B}[2J",
            "repository": "https://example.org/a/b",
            "state": "running", "waiting": "cap_global", "costUSD": 0.1234, "createdAt": "2026-03-08T02:29:00.000Z",
            "finishedAt": "2026-03-08T02:29:00.000Z",
        ]
        let slot: JSONValue = ["slug": "nightly", "repository": "o/n", "at": "2026-03-08T03:30:00.000Z"]
        func list(_ value: JSONValue) -> JSONValue { .array(Array(repeating: value, count: count)) }
        let overview: JSONValue = [
            "at": "2026-03-08T02:30:00.000Z", "active": list(["run": run, "step": 1, "steps": 2, "messages": 7]),
            "activeCount": JSONValue(count), "queue": list(run), "queuedCount": JSONValue(count),
            "slots": list(slot), "ended": list(run), "today": ["succeeded": 1, "notSucceeded": 2, "costUSD": 1.5],
            "schedules": ["pause": .null],
        ]
        let picture = TopPicture(overview: overview, missing: [], taken: .now)
        return TopScreen(picture: picture, age: .zero, trouble: nil)
    }
}
