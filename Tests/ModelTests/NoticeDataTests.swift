import AgentStream
import Model
import Testing

/// What notices tell, byte for byte: others parse it.
struct NoticeDataTests {
    private static let start = Timestamp(milliseconds: 1_767_571_200_000)

    private static let task = AgentTask(
        id: AgentTask.ID(rawValue: "t1"),
        slug: "tidy-up",
        version: 2,
        createdAt: start,
        updatedAt: start,
        deletedAt: nil,
        name: "Tidy \"up\"",
        steps: [],
        settings: TaskSettings()
    )

    private static let run = Run(
        id: Run.ID(rawValue: "r1"),
        taskID: task.id,
        taskVersion: 2,
        name: task.name,
        repository: "owner/name",
        ref: nil,
        priority: 0,
        state: .failed(.agentError),
        detail: "It said no.\n",
        retryOf: nil,
        origin: RunOrigin(trigger: .retry, schedule: Schedule.ID(rawValue: "s1"), attempt: 3),
        session: "s",
        createdAt: start,
        updatedAt: start,
        startedAt: start + .seconds(1),
        finishedAt: start + .milliseconds(61_500),
        cancelRequestedAt: nil,
        commit: nil,
        usage: AgentUsage(costUSD: 0.25),
        agent: nil,
        hasResult: false
    )

    private static let schedule = Schedule(
        id: Schedule.ID(rawValue: "s1"),
        number: 1,
        slug: "nightly",
        revision: 1,
        createdAt: start,
        updatedAt: start,
        timesSetAt: start,
        content: ScheduleContent(
            name: "Nightly",
            task: task.id,
            repository: "owner/name",
            ref: nil,
            expression: "0 3 * * *",
            zone: "UTC",
            policy: SchedulePolicy()
        ),
        pause: nil,
        paused: nil,
        invalid: nil,
        deletedAt: nil,
        cursor: start,
        failuresInARow: 0
    )

    @Test func aRunOfASchedule() {
        let data = NoticeData(
            task: Self.task,
            run: Self.run,
            schedule: Self.schedule,
            lastSuccess: nil,
            failuresInARow: 3
        )
        let run =
            #"{"id":"r1","state":"failed","reason":"agent_error","detail":"It said no.\n","trigger":"retry","#
            + #""attempt":3,"startedAt":"2026-01-05T00:00:01.000Z","finishedAt":"2026-01-05T00:01:01.500Z","#
            + #""costUSD":0.25}"#
        let schedule =
            #"{"id":"s1","slug":"nightly","name":"Nightly","expression":"0 3 * * *","zone":"UTC","lastSuccessAt":null}"#
        #expect(
            data.json
                == #"{"run":\#(run),"task":{"id":"t1","slug":"tidy-up","name":"Tidy \"up\""},"#
                + #""schedule":\#(schedule),"failuresInARow":3}"#
        )
    }

    @Test func whatThereIsNotIsNull() {
        var run = Self.run
        run.state = .lost
        run.detail = nil
        run.usage = nil
        run.startedAt = nil
        run.finishedAt = nil
        run.origin = RunOrigin(trigger: .manual)
        let data = NoticeData(task: Self.task, run: run, schedule: nil, lastSuccess: nil, failuresInARow: 1)
        let text =
            #"{"id":"r1","state":"lost","reason":null,"detail":null,"trigger":"manual","attempt":1,"startedAt":null,"#
            + #""finishedAt":null,"costUSD":null}"#
        #expect(
            data.json
                == #"{"run":\#(text),"task":{"id":"t1","slug":"tidy-up","name":"Tidy \"up\""},"schedule":null,"#
                + #""failuresInARow":1}"#
        )
        let overdue = NoticeData(
            task: Self.task,
            run: nil,
            schedule: Self.schedule,
            lastSuccess: Self.start,
            failuresInARow: 0
        )
        #expect(overdue.json.hasPrefix(#"{"run":null,"#))
        #expect(overdue.json.contains(#""lastSuccessAt":"2026-01-05T00:00:00.000Z""#))
    }
}
