import AgentStream
import Curl
import Model
import Store
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct ScheduleFormTests {
    @Test func aFormThatIsSentAsItWasShownChangesNothing() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make([
                "name": "A \"schedule\" <b>", "ref": "a&b", "zone": "Europe/Berlin",
                "policy": [
                    "jitter": 30, "overlap": "queue_all", "catchUp": "all", "deadline": 7, "cap": 3,
                    "start": "2025-06-01T00:00:00Z", "end": "2026-01-01T02:30:00Z", "pauseAfterFailures": 4,
                    "priority": -2, "precheck": ["sh", "-c", "test 'a\nb' = \"</textarea>\"", ""],
                ],
            ])
            let slug = try #require(made["slug"]?.string)
            let page = try await scene.service.get("/schedules/\(slug)/edit").text
            let form = try WebFormReader(page, procedure: "schedules.update")
            let saved = try await scene.service.mutate(form.procedure, form.input)
            #expect(saved.status == 200, "\(saved.message)")
            for member in try #require(made.object) where member.key != "updatedAt" {
                #expect(saved.data?[member.key] == member.value, "\(member.key)")
            }
        }
    }

    @Test func theFormForANewScheduleMakesOneOfTheTaskThatTheAddressNames() async throws {
        try await ScheduleScene.run { scene in
            let other = try await scene.store.someTask("Another one")
            let new = NewRun(task: other.slug, repository: "owner/name", ref: "main", priority: nil)
            _ = try await scene.store.createRun(new)
            let page = try await scene.service.get("/schedules/new?task=\(other.id)").text
            let form = try WebFormReader(page, procedure: "schedules.create")
                .setting("name", "Each night")
                .setting("expression", "0 3 * * *")
            let made = try await scene.service.mutate(form.procedure, form.input)
            #expect(made.status == 200, "\(made.message)")
            #expect(made.data?["taskId"]?.string == other.id.rawValue)
            #expect(made.data?["repository"] == "owner/name")
            #expect(made.data?["ref"] == "main")
            #expect(made.data?["zone"] == "UTC")
            let usual = try #require(try await scene.make()["policy"])
            #expect(made.data?["policy"] == usual)
        }
    }

    @Test func whatIsWrongPointsAtAField() async throws {
        try await ScheduleScene.run { scene in
            let page = try await scene.service.get("/schedules/new").text
            let form = try WebFormReader(page, procedure: "schedules.create")
            let empty = try await scene.service.mutate(form.procedure, form.input)
            #expect(Set(empty.issuePaths) == ["name", "task", "expression"])
            let wrong = form.setting("name", "a").setting("task", "tidy-up").setting("repository", "denied/x")
                .setting("expression", "0 3 * *")
            let expression = try await scene.service.mutate(form.procedure, wrong.input)
            #expect(expression.issuePaths == ["expression"])
            let mended = wrong.setting("expression", "0 3 * * *")
            let repository = try await scene.service.mutate(form.procedure, mended.input)
            #expect(repository.issuePaths == ["repository"])
            for name in [
                "name", "task", "expression", "repository", "zone", "policy.start", "policy.end", "policy.precheck",
            ] {
                #expect(page.contains("name=\"\(name)\""), "\(name)")
            }
        }
    }
}
