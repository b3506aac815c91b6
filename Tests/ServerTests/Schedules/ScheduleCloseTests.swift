import AgentStream
import Model
import Server
import Store
import Synchronization
import Testing

/// While time goes on during each call, no slot is left out.
@Suite(.timeLimit(.minutes(5))) struct ScheduleCloseTests {
    /// A clock that goes on by seventeen seconds whenever somebody looks.
    private final class HastyClock: WallClock {
        private let milliseconds = Atomic<Int64>(ScheduleScene.noon * 1000)

        var now: Timestamp { Timestamp(milliseconds: milliseconds.add(17_000, ordering: .relaxed).newValue) }
    }

    @Test func editsLeaveNoSlotOutWhateverTimeTheyTake() async throws {
        var settings = TestService.Settings()
        settings.clock = HastyClock()
        try await TestService.run(settings) { service in
            _ = try await service.store.someTask("Tidy up")
            let made = try await service.mutate("schedules.create", ScheduleScene.input(["expression": "* * * * *"]))
            let id = try #require(made.data?["id"])
            for number in 0..<12 {
                // Another text for the same slots.
                let expression: JSONValue = number.isMultiple(of: 2) ? "*/1 * * * *" : "* * * * *"
                let changed = try await service.mutate("schedules.update", ["id": id, "expression": expression])
                #expect(changed.status == 200, "\(changed.message)")
            }
            let schedule = try #require(try await service.store.schedule(id.string ?? ""))
            let records = try await service.store.slots(of: schedule.id, before: nil, limit: 500)
            let accounted = records.reduce(0) { sum, record in
                guard case .skipped(let skipped) = record else { return sum }
                return sum + skipped.slots.count
            }
            #expect(accounted == Int(schedule.cursor.seconds / 60 - schedule.createdAt.seconds / 60))
        }
    }
}
