import AgentStream
import Curl
import Model
import Store
import Testing

@testable import Server

/// The page of what a file declares.
@Suite(.timeLimit(.minutes(5))) struct KeptPagesTests {
    @Test func whatAFileDeclaresIsShownAsSuchAndNotForChange() async throws {
        try await FileScene.run { scene in
            _ = try await scene.apply(
                [FileScene.task("a", ["schedules": [FileScene.schedule("s")]])],
                in: ["/tasks/<a>.yaml"]
            )
            for path in ["/tasks", "/schedules", "/tasks/a", "/schedules/s"] {
                let text = try await scene.service.get(path).text
                #expect(text.contains("<code>/tasks/&lt;a&gt;.yaml</code>"), "\(path)")
            }
            for (path, run) in [("/tasks/a", "/tasks/a/run"), ("/schedules/s", "schedules.runNow")] {
                let text = try await scene.service.get(path).text
                #expect(!text.contains("/edit\"") && !text.contains("id=\"delete\"") && !text.contains(".delete\""))
                #expect(text.contains(run))
                let form = try await scene.service.get("\(path)/edit")
                #expect(form.status == 409)
                #expect(form.text.contains("is kept in /tasks/&lt;a&gt;.yaml: change it there."))
            }
            #expect(try await scene.service.get("/schedules/s").text.contains("data-opens=\"pause\""))
        }
    }

    @Test func whatNoFileDeclaresIsAsEver() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            for path in ["/tasks/tidy-up", "/schedules/every-quarter"] {
                let text = try await scene.service.get(path).text
                #expect(text.contains("\(path)/edit\"") && text.contains("id=\"delete\""))
                #expect(!text.contains("kept in"))
                #expect(try await scene.service.get("\(path)/edit").status == 200)
            }
        }
    }
}
