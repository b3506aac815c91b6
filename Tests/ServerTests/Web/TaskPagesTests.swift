import AgentStream
import Curl
import Model
import Store
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct TaskPagesTests {
    @Test func theListTellsHowEachTaskDidWhatItCostAndWhenItRunsNext() async throws {
        try await ScheduleScene.run { scene in
            let store = scene.store
            _ = try await scene.make()
            let run = try await store.runningRun()
            try await store.setUsage(AgentUsage(costUSD: 2.5), of: store.execution(of: run.id, step: 0))
            try await store.finishRun(run.id, RunEnding(state: .failed(.budget), detail: nil))
            let text = try await scene.service.get("/tasks").text
            #expect(text.contains("<a href=\"/tasks/tidy-up\">Tidy up</a><small>tidy-up, 1 step</small>"))
            #expect(text.contains("<time datetime=\"2025-05-19T12:15:00.000Z\" data-relative>"))
            #expect(text.contains("<a href=\"/runs/\(run.id)\" class=\"badge failed\">failed: budget</a>"))
            #expect(text.contains("<td class=\"number\">$2.50</td>"))
            #expect(text.contains("<small>never run</small>"))
            _ = try await scene.data("pauseAll", [:])
            #expect(!(try await scene.service.get("/tasks").text.contains("2025-05-19T12:15:00.000Z")))
        }
    }

    @Test func aServiceWithoutTasksLeadsToTheForm() async throws {
        try await TestService.run { service in
            let text = try await service.get("/tasks").text
            #expect(text.contains("There is no task yet."))
        }
    }

    @Test func aTaskTellsWhatItIsAndItsVersionsWhatItWas() async throws {
        try await TestService.run { service in
            let store = service.store
            let task = try await store.someTask("Tidy up")
            let run = try await store.createRun(
                NewRun(task: task.slug, repository: "owner/name", ref: "main", priority: nil)
            )
            var settings = TaskSettings(environment: ["TOKEN": "secret-value"], maxConcurrent: 2)
            settings.agent = TaskAgent(driver: .command)
            let changed = settings
            _ = try await store.updateTask(task.slug) { task in
                TaskContent(
                    name: task.name,
                    steps: [Step(instructions: "Do it better", checks: "All is well")],
                    settings: changed
                )
            }
            let page = try await service.get("/tasks/tidy-up").text
            #expect(page.contains("<pre>Do it better</pre><h3>Checks</h3><pre>All is well</pre>"))
            #expect(page.contains("<dt>Runs at once, at most</dt><dd>2</dd>"))
            #expect(page.contains("<dt>Environment variables</dt><dd>TOKEN</dd>"))
            #expect(!page.contains("secret-value"))
            #expect(page.contains("<a href=\"/runs/\(run.id)\">owner/name</a> <span class=\"ref\">main</span>"))
            #expect(page.contains("<a href=\"/tasks/tidy-up?version=1\">version 1</a>"))
            #expect(page.contains("used by 1 run</small>"))
            #expect(page.contains("<li>1 queued run will be cancelled.</li>"))
            let old = try await service.get("/tasks/tidy-up?version=1").text
            #expect(old.contains("<pre>Do it</pre>"))
            #expect(old.contains("This is version 1. New runs carry out"))
            #expect(try await service.get("/tasks/tidy-up?version=3").status == 404)
            #expect(try await service.get("/tasks/tidy-up?version=x").status == 400)
        }
    }

    @Test func aRunIsStartedWithSettingsOfItsOwnAndItsCopyHasThemToo() async throws {
        try await TestService.run { service in
            let store = service.store
            let usual = TaskSettings(
                agent: TaskAgent(onPermissionDenied: .ignore),
                limits: TaskLimits(total: 60),
                maxConcurrent: 2
            )
            let step = Step(instructions: "Do it", checks: "")
            _ = try await store.createTask(TaskContent(name: "Tidy up", steps: [step], settings: usual))
            let page = try await service.get("/tasks/tidy-up/run").text
            #expect(page.contains("placeholder=\"60\""))
            #expect(page.contains("<option value=\"\" selected>the task&#39;s: ignore</option>"))
            #expect(!page.contains("settings.maxConcurrent"))
            let form = try WebFormReader(page, procedure: "runs.create")
                .setting("repository", "owner/name")
                .setting("settings.limits.total", 9)
                .setting("settings.environment.MODE", "quick")
            let created = try await service.mutate(form.procedure, form.input)
            let id = try #require(created.data?["id"]?.string, "\(created.message)")
            let own = TaskSettings(environment: ["MODE": "quick"], limits: TaskLimits(total: 9))
            #expect(try await store.run(Run.ID(rawValue: id)).settings == own)
            let facts = try await service.get("/runs/\(id)").text
            #expect(facts.contains("<dt>Seconds for one step, for this run</dt><dd>9</dd>"))
            #expect(facts.contains("<dt>Environment variables, for this run</dt><dd>MODE</dd>"))
            let copy = try await service.get("/tasks/tidy-up/run?like=\(id)").text
            let again = try await service.mutate("runs.create", WebFormReader(copy, procedure: "runs.create").input)
            let second = try #require(again.data?["id"]?.string, "\(again.message)")
            #expect(try await store.run(Run.ID(rawValue: second)).settings == own)
        }
    }

    @Test func aDeletedTaskStillShowsWhatItWas() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            let page = try await scene.service.get("/tasks/tidy-up").text
            #expect(page.contains("<li>1 schedule will be deleted with it.</li>"))
            #expect(page.contains("<a href=\"/schedules/every-quarter\">Every quarter</a> <code>*/15 * * * *</code>"))
            let form = try WebFormReader(page, procedure: "tasks.delete")
            #expect(try await scene.service.mutate(form.procedure, form.input).status == 200)
            for name in ["tidy-up", try #require(form.input["id"]?.string)] {
                let gone = try await scene.service.get("/tasks/\(name)")
                #expect(gone.status == 200)
                #expect(gone.text.contains("This task was deleted"))
                #expect(gone.text.contains("<pre>Do it</pre>"))
                #expect(!gone.text.contains("data-procedure"))
            }
            // A new task of the slug is the one that is shown.
            _ = try await scene.store.someTask("Tidy up")
            #expect(!(try await scene.service.get("/tasks/tidy-up").text.contains("This task was deleted")))
        }
    }

    @Test func aTaskThatIsCalledAsTheFormIsShownByItsID() async throws {
        try await TestService.run { service in
            let task = try await service.store.someTask("New")
            #expect(task.slug == "new")
            #expect(try await service.get("/tasks").text.contains("<a href=\"/tasks/\(task.id)\">New</a>"))
            #expect(try await service.get("/tasks/\(task.id)").text.contains("<h1>New</h1>"))
            #expect(try await service.get("/tasks/new").text.contains("<h1>New task</h1>"))
        }
    }

    @Test func whatTasksSayIsTextAndNeverMarkup() async throws {
        let hostile = "<script>alert(1)</script>\"\u{301} onclick='a'</textarea></pre>\u{202E}"
        try await TestService.run { service in
            var settings = TaskSettings(environment: ["A": hostile], push: PushSettings(branch: hostile))
            var options = AgentOptions()
            options.model = hostile
            options.tools = [hostile]
            options.mcpConfig = hostile
            settings.agent = TaskAgent(options: options)
            let task = try await service.store.createTask(
                TaskContent(
                    name: hostile,
                    steps: [Step(instructions: hostile, checks: hostile)],
                    settings: settings
                )
            )
            _ = try await service.store.createRun(
                NewRun(task: task.slug, repository: hostile, ref: hostile, priority: nil)
            )
            let path = "/tasks/\(task.slug)"
            for path in ["/tasks", path, "\(path)/edit", "\(path)/run", "\(path)?version=1"] {
                let response = try await service.get(path)
                #expect(response.status == 200, "\(path)")
                #expect(response.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;\u{301}"), "\(path)")
                #expect(!response.text.contains("<script>alert"), "\(path)")
                #expect(!response.text.contains("\u{301} onclick='"), "\(path)")
            }
        }
    }

    @Test func theLaunchTellsWhatEarlierRunsCameToAndStartsOne() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun()
            try await store.setUsage(AgentUsage(costUSD: 0.5), of: store.execution(of: run.id, step: 0))
            try await store.succeed(run.id)
            let path = "/tasks/\(run.taskID)/run"
            let page = try await service.get(path).text
            #expect(page.contains("The last one took "))
            #expect(page.contains("and cost $0.50."))
            #expect(page.contains("<option value=\"owner/name\">"))
            let form = try WebFormReader(page, procedure: "runs.create").setting("priority", 5)
            #expect(form.input["repository"] == "owner/name")
            let answer = try await service.mutate(form.procedure, form.input)
            let made = try await store.run(Run.ID(rawValue: try #require(answer.data?["id"]?.string)))
            #expect(made.priority == 5)
            #expect(made.ref == nil)
            let refused = try await service.mutate("runs.create", form.setting("repository", "denied/x").input)
            #expect(refused.issuePaths == ["repository"])
        }
    }
}
