import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// The call sequences of the original's web page, as its tRPC client sends them: every query and mutation as a batch.
@Suite(.timeLimit(.minutes(10))) struct FrontendTests {
    private static let page = "http://localhost:5173"

    @Test func aPersonMakesEditsRunsAndWatchesATask() async throws {
        var settings = TestService.Settings()
        settings.allowedOrigins = [Self.page]
        try await TestService.run(settings) { service in
            let page = Page(service: service)
            #expect(try await page.query("tasks.list") == [])
            let made = try await page.mutation("tasks.create", ["name": "Tidy", "steps": []])
            let id = try #require(made["id"])
            // The editor saves at each change, and then starts a run.
            let steps: JSONValue = [["instructions": "Do it", "checks": ""]]
            let saved = try await page.mutation("tasks.update", ["id": id, "name": "Tidy up", "steps": steps])
            #expect(saved["steps"] == steps)
            #expect(try await page.query("tasks.byId", ["id": id]) == saved)
            let started = try await page.mutation("runs.create", ["taskId": id, "repository": "owner/name"])
            let run = try #require(started["id"]?.string)
            #expect(started == ["id": .string(run)])
            try await watch(page, Run.ID(rawValue: run))
            try await reload(page, .string(run))
            try await removeInstances(page)
        }
    }

    /// The run's page asks for what was and subscribes at once; whatever the order, nothing is missing on the screen.
    private func watch(_ page: Page, _ run: Run.ID) async throws {
        let store = page.service.store
        _ = try await store.admitRuns(caps: Admission.Caps(global: 10), runtime: .process)
        try await store.moveRun(run, to: .running)
        try await store.setInstance(of: run, to: .executing)
        let id: JSONValue = ["id": .string(run.rawValue)]
        try await store.appendMessages(1...3, to: run)
        var reader = try await page.service.subscribe("runs.onMessage", id, ["Origin": Self.page])
        #expect(try await reader.next()?.name == "connected")
        // What comes between the two answers is in the list or follows it, and may be in both.
        try await store.appendMessages(4...6, to: run)
        let listed = try await page.query("runs.byId", id)["messages"]?.array ?? []
        #expect(listed.map { $0["number"]?.int } == [1, 2, 3, 4, 5, 6])
        try await store.appendMessages(7...9, to: run)
        let live = try await reader.next(6)
        #expect(live.map { $0.json?["number"]?.int } == [4, 5, 6, 7, 8, 9])
        #expect(live.allSatisfy { $0.id == nil })
        try await store.succeed(run)
        #expect(try await reader.rest().map(\.name) == ["return"])
    }

    private func reload(_ page: Page, _ run: JSONValue) async throws {
        let story = try await page.query("runs.byId", ["id": run])
        #expect(story["messages"]?.array?.count == 9)
        #expect(story["name"] == "Tidy up")
        var reader = try await page.service.subscribe("runs.onMessage", ["id": run])
        #expect(try await reader.rest().map(\.name) == ["connected", "return"])
    }

    private func removeInstances(_ page: Page) async throws {
        let listed = try #require(try await page.query("instances.list").array)
        let id = try #require(listed.first?["id"])
        #expect(try await page.query("instances.get", ["id": id])["id"] == id)
        #expect(try await page.mutation("instances.remove", ["id": id]) == ["status": "removed"])
        // The home page has a button for what never was.
        let answer = try await page.send("POST", "instances.create", nil)
        #expect(answer.status == 404)
        #expect(answer.headers["access-control-allow-origin"] == Self.page)
    }

    @Test func callsOfOneMomentAreOneRequest() async throws {
        var settings = TestService.Settings()
        settings.allowedOrigins = [Self.page]
        try await TestService.run(settings) { service in
            let task = try await service.store.someTask()
            let page = Page(service: service)
            let input: JSONValue = ["1": ["id": .string(task.id.rawValue)]]
            let answer = try await page.send("GET", "tasks.list,tasks.byId,instances.list", input)
            #expect(answer.status == 200)
            let json = try JSONValue(parsing: answer.body)
            #expect(json[0]?["result"]?["data"]?[0] == json[1]?["result"]?["data"])
            #expect(json[2]?["result"]?["data"] == [])
        }
    }

    /// The page's client, version 11.1.2: it sends a content type even where there is no content.
    private struct Page {
        let service: TestService

        func query(_ path: String, _ input: JSONValue? = nil) async throws -> JSONValue {
            try data(await send("GET", path, input.map { ["0": $0] } ?? [:]))
        }

        func mutation(_ path: String, _ input: JSONValue) async throws -> JSONValue {
            try data(await send("POST", path, ["0": input]))
        }

        func send(_ method: String, _ path: String, _ input: JSONValue?) async throws -> HTTPResponse {
            let json = (input ?? [:]).encoded
            let isGet = method == "GET"
            let query = isGet ? "&input=\(TestService.percentEncoded(String(decoding: json, as: UTF8.self)))" : ""
            return try await service.client.send(
                HTTPRequest(
                    method: method,
                    url: "\(service.base)/trpc/\(path)?batch=1\(query)",
                    headers: [
                        "content-type": "application/json", "Origin": FrontendTests.page, "Sec-Fetch-Site": "same-site",
                    ],
                    body: isGet ? nil : json
                )
            )
        }

        private func data(_ response: HTTPResponse) throws -> JSONValue {
            #expect(response.status == 200)
            return try #require(try JSONValue(parsing: response.body)[0]?["result"]?["data"])
        }
    }
}
