import AgentStream
import Curl
import Model
import Store
import Testing

@testable import Server

/// Where people and programs are sent that show nothing.
@Suite(.timeLimit(.minutes(10))) struct SignInTests {
    @Test(
        arguments: [
            ("/", "/signin"), ("/runs", "/signin?next=%2Fruns"),
            ("/runs?state=failed", "/signin?next=%2Fruns%3Fstate%3Dfailed"),
            ("//evil.example/", "/signin"), ("/%0d%0aX:y", "/signin?next=%2F%250d%250aX%3Ay"),
        ]
    )
    func aPersonIsSentToSignInAndBack(_ path: String, _ location: String) async throws {
        try await AccessScene.run { scene in
            let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/html,*/*;q=0.8\r\n\r\n"
            let answer = try #require(try await scene.service.raw(request))
            #expect(answer.status == 302)
            #expect(answer["location"] == location)
            #expect(answer["cache-control"] == "no-store")
        }
    }

    @Test func allOthersAreToldThatATokenIsNeeded() async throws {
        try await AccessScene.run { scene async throws in
            let html: HTTPHeaders = ["Accept": "text/html"]
            #expect(try await scene.ask("GET", "/metrics", ["Accept": "text/plain"]).status == 401)
            #expect(try await scene.ask("GET", "/runs/x/events", ["Accept": "text/event-stream"]).status == 401)
            #expect(try await scene.ask("POST", "/", html).status == 401)
            #expect(try await scene.ask("GET", "/trpc/tasks.list", html).status == 401)
            #expect(try await scene.ask("GET", "/livez").status == 401)
        }
    }

    @Test(
        arguments: [
            ("/", "/"), ("/runs/x?after=1#y", "/runs/x?after=1#y"), ("", "/"), ("runs", "/"), ("//evil", "/"),
            ("/\\evil", "/"), ("/a\\b", "/"), ("https://evil", "/"), ("javascript:alert(1)", "/"), ("/a\nb", "/"),
            ("/\u{7F}", "/"), ("/ä", "/"), ("/signin", "/"), ("/signin?next=/", "/"), ("/session", "/"),
            ("/signing", "/signing"), ("/" + String(repeating: "x", count: 2000), "/"),
        ]
    )
    func onlyAPathOfThisServiceIsFollowed(_ text: String, _ path: String) {
        #expect(SignIn.localPath(text) == path)
    }

    @Test func aRevokedTokensStreamsEnd() async throws {
        try await AccessScene.run {
            $0.timings.heartbeat = .milliseconds(20)
            $0.options.ssePing = .milliseconds(20)
        } _: { scene in
            let run = try await scene.service.store.runningRun().id
            let token = try await scene.token("ann", .read)
            let cookie = try await scene.cookie(token)
            let url = "\(scene.service.base)/runs/\(run)/events"
            let parameters = "connectionParams=" + TestService.percentEncoded("{\"token\":\"\(token)\"}")
            let input: JSONValue = ["id": .string(run.rawValue)]
            let request = HTTPRequest(url: url, headers: ["Cookie": cookie], maximumSilence: .seconds(30))
            var readers = [
                EventReader(try await scene.service.client.stream(request)),
                try await scene.service.subscribe("runs.onMessage", input, parameters: parameters),
                try await scene.service.subscribe("runs.onMessage", input, AccessScene.bearer(token)),
            ]
            try await scene.service.store.appendMessages(1...1, to: run)
            for index in readers.indices {
                var event = try await readers[index].next()
                while let name = event?.name, name == "connected" || name == "ping" {
                    event = try await readers[index].next()
                }
                #expect(event?.data.contains(#""number":1"#) == true)
            }
            _ = try await scene.manage("tokens.revoke", ["id": "ann"])
            try await scene.service.store.appendMessages(2...2, to: run)
            for index in readers.indices {
                // The connection breaks; what was on its way before may come, what came after may not.
                while let event = try? await readers[index].next() { #expect(!event.data.contains(#""number":2"#)) }
            }
        }
    }
}
