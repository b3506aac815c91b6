import AgentStream
import Model
import Server
import Store
import Testing

/// What a file declares is the file's, and nobody else's.
@Suite(.timeLimit(.minutes(5))) struct OwnershipTests {
    /// Changes of what a file declares, as a page or command asks for them.
    private static let changes: [(String, JSONObject)] = [
        ("tasks.update", ["id": "a", "name": "N", "steps": [["instructions": "i", "checks": ""]]]),
        ("schedules.update", ["id": "s", "name": "N"]), ("schedules.delete", ["id": "s"]),
        ("tasks.delete", ["id": "a"]),
    ]

    @Test func nobodyChangesWhatAFileDeclaresUnlessByForce() async throws {
        try await FileScene.run { scene in
            let documents = [FileScene.task("a", ["schedules": [FileScene.schedule("s")]])]
            for (procedure, input) in Self.changes {
                _ = try await scene.apply(documents)
                let refused = try await scene.service.mutate(procedure, .object(input))
                #expect(refused.status == 409, "\(procedure)")
                #expect(refused.message.contains("is kept in /tasks/a.yaml"), "\(refused.message)")
                var forced = input
                forced["force"] = true
                let done = try await scene.service.mutate(procedure, .object(forced))
                #expect(done.status == 200, "\(procedure): \(done.message)")
            }
            #expect(try await scene.store.tasks().isEmpty)
        }
    }

    @Test func whatWasChangedByForceIsFreeUntilTheFileIsAppliedAgain() async throws {
        try await FileScene.run { scene in
            let documents = [FileScene.task("a", ["schedules": [FileScene.schedule("s")]])]
            _ = try await scene.apply(documents)
            for (procedure, input) in Self.changes.prefix(2) {
                var forced = input
                forced["force"] = true
                let data = try await scene.service.mutate(procedure, .object(forced)).data
                #expect(data?["managedBy"]?.isNull == true)
                #expect(try await scene.service.mutate(procedure, .object(input)).status == 200)
            }
            let answer = try await scene.apply(documents)
            #expect(FileScene.actions(answer) == ["update task a", "update schedule s"])
            let task = try await scene.service.query("tasks.byId", ["id": "a"]).data
            #expect(task?["managedBy"] == "file:/tasks/a.yaml")
            #expect(task?["name"] == "The a")
        }
    }

    @Test func itCanStillBeRunAndPaused() async throws {
        try await FileScene.run { scene in
            _ = try await scene.apply([FileScene.task("a", ["schedules": [FileScene.schedule("s")]])])
            for (procedure, input) in [
                ("runs.create", ["taskId": "a", "repository": "o/n"]), ("schedules.runNow", ["id": "s"]),
                ("schedules.pause", ["id": "s"]), ("schedules.resume", ["id": "s"]),
            ] as [(String, JSONValue)] {
                #expect(try await scene.service.mutate(procedure, input).status == 200, "\(procedure)")
            }
        }
    }

    @Test func aTaskMadeByHandStaysAsLongAsItsScheduleIsAFiles() async throws {
        try await FileScene.run { scene in
            _ = try await scene.store.someTask("By hand")
            let schedule = FileScene.schedule("s", ["kind": "schedule", "task": "by-hand"])
            _ = try await scene.apply([schedule])
            let refused = try await scene.service.mutate("tasks.delete", ["id": "by-hand"])
            #expect(refused.status == 409)
            _ = try await scene.apply([], prune: true)
            #expect(try await scene.service.mutate("tasks.delete", ["id": "by-hand"]).status == 200)
        }
    }

    @Test func whatIsThereAlreadyIsTakenOverWithoutANewVersion() async throws {
        try await FileScene.run { scene in
            let task = try await scene.store.someTask("The a")
            let answer = try await scene.apply([FileScene.task("the-a", ["name": "The a"])])
            #expect(FileScene.actions(answer) == ["adopt task the-a"])
            let adopted = try #require(try await scene.store.task(task.id.rawValue))
            #expect(adopted.version == 1)
            #expect(adopted.updatedAt == task.updatedAt)
            let moved = try await scene.apply(
                [FileScene.task("the-a", ["name": "The a"])],
                in: ["/tasks/elsewhere.yaml"]
            )
            #expect(FileScene.actions(moved) == ["adopt task the-a"])
        }
    }

    @Test func anotherOwnersThingsAreTakenOverByForceAlone() async throws {
        try await FileScene.run { scene in
            let documents = [FileScene.task("a", ["schedules": [FileScene.schedule("s")]])]
            _ = try await scene.apply(documents, of: "/one")
            let refused = try await scene.apply(documents, of: "/one-more")
            #expect(refused["applied"] == false)
            #expect(FileScene.problems(refused).allSatisfy { $0.contains("is kept in /one/a.yaml") })
            #expect(FileScene.problems(refused).count == 2)
            #expect(FileScene.actions(try await scene.apply([], of: "/one-more", prune: true)) == [])
            _ = try await scene.apply(documents, of: "/one-more", isForced: true)
            #expect(try await scene.store.task("a")?.managedBy?.file == "/one-more/a.yaml")
        }
    }

    @Test func pruningTakesWhatTheOwnerNoLongerDeclaresAndNothingElse() async throws {
        try await FileScene.run { scene in
            _ = try await scene.store.someTask("By hand")
            _ = try await scene.apply([FileScene.task("other")], of: "/others")
            _ = try await scene.apply([
                FileScene.task("a", ["schedules": [FileScene.schedule("s"), FileScene.schedule("t")]]),
                FileScene.task("b"),
            ])
            let left = [FileScene.task("a", ["schedules": [FileScene.schedule("s")]])]
            let kept = try await scene.apply(left)
            #expect(FileScene.actions(kept) == ["keep schedule t", "keep task b"])
            let run = try await scene.store.createRun(
                NewRun(task: "b", repository: "o/n", ref: nil, priority: nil)
            )
            _ = try await scene.store.admitRuns(caps: Admission.Caps(global: 1), runtime: .process)
            let queued = try await scene.store.createRun(
                NewRun(task: "b", repository: "o/n", ref: nil, priority: nil)
            )
            let pruned = try await scene.apply(left, prune: true)
            #expect(FileScene.actions(pruned) == ["delete schedule t", "delete task b"])
            #expect(Set(try await scene.store.tasks().map(\.slug)) == ["by-hand", "other", "a"])
            // As when somebody deletes the task.
            #expect(try await scene.store.run(run.id).state == .starting)
            #expect(try await scene.store.run(queued.id).state == .cancelled)
            let all = try await scene.apply([], prune: true)
            #expect(FileScene.actions(all) == ["delete schedule s", "delete task a"])
        }
    }

    @Test func aTaskWithSomebodyElsesScheduleIsNotPruned() async throws {
        try await FileScene.run { scene in
            _ = try await scene.apply([FileScene.task("a")])
            _ = try await scene.service.mutate(
                "schedules.create",
                ["name": "By hand", "task": "a", "repository": "o/n", "expression": "@daily"]
            )
            let answer = try await scene.apply([], prune: true)
            #expect(FileScene.actions(answer) == ["keep task a"])
            #expect(answer["changes"]?[0]?["note"]?.string?.contains("by-hand") == true)
            #expect(try await scene.store.task("a") != nil)
        }
    }
}
