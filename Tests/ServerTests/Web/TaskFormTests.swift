import AgentStream
import Curl
import Model
import Store
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct TaskFormTests {
    /// Everything that a task may set, with characters that HTML and forms are known to spoil.
    private static let settings: JSONValue = [
        "agent": [
            "driver": "command", "model": "m\"<b>", "fallbackModel": "f&amp;", "maxTurns": 7, "maxBudgetUSD": 1.5,
            "tools": [], "allowedTools": ["Bash(git *)", "Read"], "disallowedTools": ["Web<Fetch>"],
            "permissionMode": "dontAsk", "onPermissionDenied": "ignore",
            "appendSystemPrompt": "a\u{202E}b\n  c", "mcpConfig": ["mcpServers": ["x": ["command": "</textarea>"]]],
            "trustRepositorySettings": false,
        ],
        "container": [
            "image": "i:1", "memory": 4_294_967_296, "cpus": 0.5, "pids": 99, "network": "none", "readOnly": true,
        ],
        "environment": ["A": "1\n2", "B_2": "\"'<>&"],
        "limits": ["startup": 1.5, "idle": 2, "total": 3, "deadline": 4],
        "push": ["branch": "caretaker/x"], "maxConcurrent": 2, "priority": -3,
        "retry": ["attempts": 3, "backoff": 0.5, "maxBackoff": 60, "afterDelivery": true],
    ]

    @Test func aFormThatIsSentAsItWasShownChangesNothing() async throws {
        try await TestService.run { service in
            let steps: JSONValue = [
                ["instructions": "\n <script>a</script>\n", "checks": "</textarea>\"'&lt;"],
                ["instructions": "\u{200E}b\u{1B}[1m", "checks": ""],
            ]
            let made = try await service.mutate(
                "tasks.create",
                ["name": "A \"task\" <b>", "steps": steps, "settings": Self.settings]
            )
            #expect(made.status == 200, "\(made.message)")
            let slug = try #require(made.data?["slug"]?.string)
            let form = try WebFormReader(try await service.get("/tasks/\(slug)/edit").text, procedure: "tasks.update")
            let saved = try await service.mutate("tasks.update", form.input)
            #expect(saved.status == 200, "\(saved.message)")
            for field in ["id", "name", "steps", "settings"] {
                #expect(saved.data?[field] == made.data?[field], "\(field)")
            }
            #expect(saved.data?["version"]?.int == 2)
        }
    }

    @Test func theFormForANewTaskMakesOneOfItsNameAndSteps() async throws {
        try await TestService.run { service in
            let form = try WebFormReader(try await service.get("/tasks/new").text, procedure: "tasks.create")
                .setting("name", "Tidy up")
                .setting("steps.0.instructions", "Do it")
                .setting("steps.1.instructions", "Do it again")
                .setting("steps.1.checks", "It is done")
                .setting("settings.agent.maxTurns", 3)
            let answer = try await service.mutate(form.procedure, form.input)
            #expect(answer.status == 200, "\(answer.message)")
            let task = try #require(try await service.store.task("tidy-up"))
            #expect(task.steps.map(\.instructions) == ["Do it", "Do it again"])
            #expect(task.settings.agent?.options.maxTurns == 3)
            #expect(task.settings.limits == nil)
        }
    }

    /// The paths of issues are the names of fields, or of what holds them.
    @Test func whatIsWrongPointsAtAField() async throws {
        try await TestService.run { service in
            let page = try await service.get("/tasks/new").text
            let form = try WebFormReader(page, procedure: "tasks.create")
                .setting("settings.agent.maxTurns", "many")
                .setting("settings.agent.permissionMode", "dance")
                .setting("settings.container.cpus", 0)
            let answer = try await service.mutate(form.procedure, form.input)
            let paths = answer.issuePaths
            #expect(
                Set(paths) == [
                    "name", "settings.agent.maxTurns", "settings.agent.permissionMode", "settings.container.cpus",
                ]
            )
            for path in paths { #expect(page.contains("name=\"\(path)\""), "\(path)") }
        }
    }

    @Test func aTaskThatIsNotThereHasNoForm() async throws {
        try await TestService.run { service in
            for path in ["/tasks/nothing/edit", "/tasks/nothing/run", "/tasks/nothing"] {
                let response = try await service.get(path)
                #expect(response.status == 404, "\(path)")
                #expect(response.text.contains("There is no task nothing."))
            }
        }
    }
}
