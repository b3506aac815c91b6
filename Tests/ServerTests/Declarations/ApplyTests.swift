import AgentStream
import Model
import Server
import Store
import Testing

/// Tasks and schedules become what files say they are.
@Suite(.timeLimit(.minutes(5))) struct ApplyTests {
    @Test func whatFilesDeclareIsThereAndAnotherTimeChangesNothing() async throws {
        try await FileScene.run { scene in
            let documents = [
                FileScene.task("a", ["schedules": [FileScene.schedule("s")]]), FileScene.task("b"),
                JSONValue.object(FileScene.schedule("t", ["kind": "schedule", "task": "b"]).object ?? [:]),
            ]
            let planned = try await scene.apply(documents, isDryRun: true)
            #expect(planned["applied"] == false)
            #expect(try await scene.store.tasks().isEmpty)
            let applied = try await scene.apply(documents)
            #expect(applied["applied"] == true)
            #expect(applied["changes"] == planned["changes"])
            let expected = ["create task a", "create task b", "create schedule s", "create schedule t"]
            #expect(FileScene.actions(applied) == expected)
            let before = try await scene.store.declaredState()
            scene.clock.advance(by: .seconds(60))
            let again = try await scene.apply(documents)
            #expect(again["unchanged"] == 4)
            #expect(FileScene.actions(again) == [])
            let after = try await scene.store.declaredState()
            #expect(after.tasks == before.tasks)
            #expect(after.schedules == before.schedules)
            #expect(after.tasks.map(\.managedBy?.file) == ["/tasks/a.yaml", "/tasks/a.yaml"])
        }
    }

    @Test func aChangeIsToldFieldByFieldAndMakesANewVersion() async throws {
        try await FileScene.run { scene in
            let settings: JSONValue = ["limits": ["idle": 60], "priority": 1]
            let schedule = FileScene.schedule("s", ["ref": "main", "policy": ["jitter": 5]])
            _ = try await scene.apply([FileScene.task("a", ["settings": settings, "schedules": [schedule]])])
            let answer = try await scene.apply([
                FileScene.task(
                    "a",
                    [
                        "steps": [["instructions": "Do it\nall"], ["instructions": "More"]],
                        "settings": ["limits": ["idle": 60.0]], "schedules": [FileScene.schedule("s")],
                    ]
                )
            ])
            #expect(FileScene.actions(answer) == ["update task a", "update schedule s"])
            let fields = (answer["changes"]?.array ?? []).flatMap { $0["fields"]?.array ?? [] }
            #expect(
                fields == [
                    ["path": "steps.0.instructions", "before": "Do it", "after": "Do it\nall"],
                    ["path": "steps.1.instructions", "before": .null, "after": "More"],
                    ["path": "steps.1.checks", "before": .null, "after": ""],
                    ["path": "settings.priority", "before": 1, "after": .null],
                    ["path": "ref", "before": "main", "after": .null],
                    ["path": "policy.jitter", "before": 5, "after": 0],
                ]
            )
            let task = try #require(try await scene.store.task("a"))
            #expect(task.version == 2)
            #expect(task.settings.priority == nil)
            #expect(try await scene.store.schedule("s")?.revision == 2)
        }
    }

    @Test func somethingWrongAnywhereAppliesNothing() async throws {
        try await FileScene.run { scene in
            let answer = try await scene.apply(
                [
                    FileScene.task("good"),
                    FileScene.task("Bad Slug", ["stepz": 1, "steps": [["instructions": 5, "chekcs": ""]]]),
                    FileScene.task("denied", ["settings": ["container": ["image": "denied"]]]),
                    FileScene.task(
                        "scheduled",
                        [
                            "schedules": [
                                FileScene.schedule("r", ["repository": "denied/x"]),
                                FileScene.schedule("e", ["expression": "61 * * * *"]),
                                FileScene.schedule("z", ["zone": "Mars/Base"]),
                            ]
                        ]
                    ),
                    JSONValue.object(FileScene.schedule("t", ["kind": "schedule", "task": "nope"]).object ?? [:]),
                    FileScene.task("empty", ["steps": [], "schedules": [FileScene.schedule("u")]]),
                    ["kind": "tusk"], ["slug": "x"], 7,
                ],
                in: (0..<9).map { "/tasks/\($0).yaml" }
            )
            #expect(answer["applied"] == false)
            #expect(FileScene.actions(answer) == [])
            let problems = FileScene.problems(answer)
            let places = Set(problems.map { $0.split(separator: ":")[0] })
            #expect(
                places == [
                    "1 steps.0.instructions", "1 steps.0.chekcs", "1 stepz", "2 settings.container.image",
                    "3 schedules.0.repository", "3 schedules.1.expression", "3 schedules.2.zone", "4 task",
                    "5 schedules.0.repository", "6 kind", "7 kind", "8 ",
                ]
            )
            #expect(answer["problems"]?.array?.first?["file"] == "/tasks/1.yaml")
            #expect(try await scene.store.tasks().isEmpty)
        }
    }

    @Test func twoFilesWithOneSlugAreBothNamed() async throws {
        try await FileScene.run { scene in
            let answer = try await scene.apply(
                [FileScene.task("a"), FileScene.task("a")],
                in: ["/tasks/one.yaml", "/tasks/two.yaml"]
            )
            let message = "slug: The task a is declared in /tasks/one.yaml and /tasks/two.yaml."
            #expect(FileScene.problems(answer) == ["0 \(message)", "1 \(message)"])
            let schedules = try await scene.apply(
                [
                    FileScene.task("a", ["schedules": [FileScene.schedule("s")]]),
                    FileScene.task("b", ["schedules": [FileScene.schedule("s")]]),
                ],
                in: ["/tasks/one.yaml", "/tasks/two.yaml"]
            )
            #expect(FileScene.problems(schedules).count == 2)
            #expect(FileScene.problems(schedules).allSatisfy { $0.contains(" schedules.0.slug: ") })
        }
    }

    @Test func aRenamedSlugKeepsTheTaskAndItsHistory() async throws {
        try await FileScene.run { scene in
            _ = try await scene.apply([FileScene.task("old", ["schedules": [FileScene.schedule("olds")]])])
            let before = try await scene.store.declaredState()
            let renamed = FileScene.task(
                "new",
                ["name": "The old", "formerly": "old", "schedules": [FileScene.schedule("news", ["formerly": "olds"])]]
            )
            let answer = try await scene.apply([renamed], prune: true)
            #expect(FileScene.actions(answer) == ["update task new", "update schedule news"])
            let after = try await scene.store.declaredState()
            #expect(after.tasks.map(\.id) == before.tasks.map(\.id))
            #expect(after.tasks.map(\.slug) == ["new"])
            // Only the name of a thing says nothing of what it does.
            #expect(after.tasks.map(\.version) == [1])
            #expect(after.schedules.map(\.id) == before.schedules.map(\.id))
            #expect(after.schedules.map(\.slug) == ["news"])
            #expect(FileScene.actions(try await scene.apply([renamed], prune: true)) == [])
            let without = try await scene.apply([FileScene.task("other")], prune: true)
            let expected = ["create task other", "delete schedule news", "delete task new"]
            #expect(FileScene.actions(without) == expected)
            let both = try await scene.apply([FileScene.task("x", ["formerly": "other"]), FileScene.task("other")])
            #expect(FileScene.problems(both).count == 1)
        }
    }

    @Test func anotherTimetableClosesTheSlotsOfTheOldOne() async throws {
        try await FileScene.run { scene in
            _ = try await scene.apply([FileScene.task("a", ["schedules": [FileScene.schedule("s")]])])
            scene.clock.advance(by: .seconds(3660))
            _ = try await scene.store.pauseSchedule("s", note: nil, by: nil)
            let hourly = FileScene.schedule("s", ["expression": "0 * * * *"])
            _ = try await scene.apply([FileScene.task("a", ["schedules": [hourly]])])
            let slots = try await scene.service.query("schedules.slots", ["id": "s"]).data
            #expect(slots?[0]?["count"] == 4)
            #expect(slots?[0]?["reason"] == "missed")
            // A pause is no file's business.
            #expect(try await scene.store.schedule("s")?.pause != nil)
        }
    }

    @Test func anInstantThatHasPassedDoesNoHarmToAScheduleThatHadIt() async throws {
        try await FileScene.run { scene in
            let once = FileScene.schedule("s", ["expression": "@at 2025-05-19T13:00:00Z"])
            _ = try await scene.apply([FileScene.task("a", ["schedules": [once]])])
            scene.clock.advance(by: .seconds(7200))
            let again = try await scene.apply([FileScene.task("a", ["schedules": [once]])])
            #expect(again["unchanged"] == 2)
            let another = FileScene.schedule("t", ["expression": "@at 2025-05-19T13:00:00Z"])
            let refused = try await scene.apply([FileScene.task("a", ["schedules": [another]])])
            #expect(FileScene.problems(refused).first?.hasPrefix("0 schedules.0.expression") == true)
        }
    }
}
