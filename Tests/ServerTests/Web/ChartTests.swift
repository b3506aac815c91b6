import AgentStream
import Curl
import Model
import Store
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct ChartTests {
    @Test(arguments: [
        (0.0, [0.0, 0.5, 1.0]), (1, [0, 0.5, 1]), (4, [0, 1, 2, 3, 4]), (7, [0, 2, 4, 6, 8]), (10, [0, 5, 10]),
        (99, [0, 50, 100]), (0.03, [0, 0.01, 0.02, 0.03]), (.infinity, [0, 0.5, 1]), (-3, [0, 0.5, 1]),
    ])
    func marksAreRoundAndTheLastIsNotBelowTheLargestValue(largest: Double, marks: [Double]) {
        let ticks = ChartScale(largest: largest).ticks
        #expect(ticks.count == marks.count)
        for (tick, mark) in zip(ticks, marks) { #expect(abs(tick - mark) < 1e-9, "\(ticks)") }
    }

    @Test func countsHaveWholeMarks() {
        #expect(ChartScale(largest: 1, isWhole: true).ticks == [0, 1])
        #expect(ChartScale(largest: 2, isWhole: true).ticks == [0, 1, 2])
    }

    @Test func everyScaleHoldsItsLargestValueWithFewMarks() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10_000 {
            let largest =
                Double.random(in: 0...1, using: &generator)
                * ([1e-6, 1, 1e3, 1e12].randomElement(using: &generator) ?? 1)
            let scale = ChartScale(largest: largest)
            #expect(scale.top >= largest * 0.999_99)
            #expect((2...6).contains(scale.ticks.count), "\(largest): \(scale.ticks)")
        }
    }

    @Test func barsStandOnEachOtherAndAddUp() {
        let series = [
            DayChart.Series(name: "a", kind: "good", values: [1, nil, 3]),
            DayChart.Series(name: "b", kind: "bad", values: [2, -1, .nan]),
        ]
        let chart = DayChart(100...102, series)
        #expect(chart.bars.map(\.day) == [100, 100, 102])
        #expect(chart.bars.map(\.series) == [0, 1, 0])
        #expect(chart.bars[1].y + chart.bars[1].height == chart.bars[0].y)
        #expect(chart.bars[0].y + chart.bars[0].height == DayChart.bottom)
        // Both days come to 3.
        #expect(abs(chart.bars[1].y - chart.bars[2].y) < 1e-9)
        for bar in chart.bars {
            #expect(bar.x >= DayChart.left && bar.x + bar.width <= DayChart.width)
            #expect(bar.y >= DayChart.top)
        }
    }

    @Test(arguments: [1, 2, 7, 30, 90, 400])
    func aFewDaysAreNamedAndTheLastIs(count: Int) {
        let named = DayChart(20_000...(20_000 + count - 1), []).namedDays
        #expect((1...6).contains(named.count))
        #expect(named.last == 20_000 + count - 1)
    }

    @Test func thePageTellsOfAllTasksOrOfOneInBarsAndInNumbers() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun()
            try await store.finishRun(run.id, RunEnding(state: .failed(.budget), detail: nil))
            let page = try await service.get("/charts").text
            #expect(page.contains("<rect class=\"bad\""))
            #expect(page.contains("<title>2025-05-19: 1 failed, timed out or lost</title>"))
            #expect(page.contains("<small>1, 0 % of them succeeded</small>"))
            let other = try await store.someTask("Another one")
            let none = try await service.get("/charts?days=7&task=\(other.slug)").text
            #expect(!none.contains("<rect"))
            #expect(none.contains("<option value=\"\(other.slug)\" selected>"))
            #expect(try await service.get("/charts?days=8").status == 400)
            #expect(try await service.get("/charts?task=nobody").status == 404)
        }
    }

    @Test func theFiguresOfDaysAreThereForEverybody() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun()
            try await store.finishRun(run.id, RunEnding(state: .succeeded(nil), detail: nil))
            let figures = try #require(try await service.query("figures.days").data?.array)
            #expect(figures.count == 1)
            #expect(figures.first?["day"] == "2025-05-19")
            #expect(figures.first?["state"] == "succeeded")
            #expect(figures.first?["runs"] == 1)
            #expect(figures.first?["taskId"] == .string(run.taskID.rawValue))
            #expect(try await service.query("figures.days", ["task": "nobody"]).status == 404)
            #expect(try await service.query("figures.days", ["days": 0]).status == 400)
        }
    }
}
