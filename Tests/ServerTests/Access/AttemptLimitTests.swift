import AgentStream
import Curl
import Model
import OpsMetrics
import Store
import TestSupport
import Testing

/// Wrong tokens over HTTP.
@Suite(.timeLimit(.minutes(10))) struct AttemptLimitTests {
    private static let fileToken = "0123456789abcdef"

    /// Shows wrong tokens until the service has enough of them.
    private func exhaust(_ scene: AccessScene) async throws -> HTTPResponse {
        var count = 0
        while true {
            let answer = try await scene.ask("GET", "/metrics", AccessScene.bearer("wrong-\(count)"))
            count += 1
            guard answer.status == 401 else { return answer }
            try #require(count < 1000)
        }
    }

    @Test func wrongTokensAreToldToWait() async throws {
        try await AccessScene.run { scene in
            let answer = try await exhaust(scene)
            #expect(answer.status == 429)
            let wait = try #require(answer.headers["retry-after"].flatMap { Int($0) })
            #expect((1...6).contains(wait))
            let call = try await scene.ask("GET", "/trpc/tasks.list", AccessScene.bearer("wrong"))
            #expect(call.status == 429)
            #expect(call.headers["retry-after"] != nil)
            #expect(call.text.contains("TOO_MANY_REQUESTS"))
            #expect(try await scene.signIn("wrong").status == 429)
            // Who shows nothing guesses nothing.
            #expect(try await scene.ask("GET", "/").status == 401)
            #expect(scene.service.log.text.contains("a token was refused"))
            #expect(scene.service.log.text.contains("wrong tokens are not looked at for a while"))
            #expect(!scene.service.log.text.contains("wrong-1"))
        }
    }

    @Test func aTokenThatNobodyCanGuessIsNeverHindered() async throws {
        try await AccessScene.run {
            $0.token = Self.fileToken
        } _: { scene in
            let token = try await scene.token("ann", .read)
            let cookie = try await scene.cookie(Self.fileToken)
            _ = try await exhaust(scene)
            #expect(try await scene.status(token) == 200)
            #expect(try await scene.signIn(token).status == 200)
            // Nor is a page that is signed in, whatever it showed then.
            #expect(try await scene.ask("GET", "/", ["Cookie": cookie]).status == 200)
            #expect(try await scene.manage("tokens.revoke", ["id": "ann"])["name"] == "ann")
        }
    }

    /// What a person chose is not even compared, so that a guesser learns nothing.
    @Test func theConfigurationsTokenMustWaitLikeAWrongOne() async throws {
        try await AccessScene.run {
            $0.token = Self.fileToken
        } _: { scene in
            #expect(try await scene.status(Self.fileToken) == 200)
            var status = 0
            // A place may come free between two requests.
            for _ in 0..<5 where status != 429 {
                _ = try await exhaust(scene)
                status = try await scene.status(Self.fileToken)
            }
            #expect(status == 429)
        }
    }

    @Test func aSubscriptionIsToldInItsOwnWay() async throws {
        try await AccessScene.run { scene in
            let run = try await scene.service.store.someRun().id
            _ = try await exhaust(scene)
            let parameters = "connectionParams=" + TestService.percentEncoded(#"{"token":"wrong"}"#)
            var reader = try await scene.service.subscribe(
                "runs.onMessage",
                ["id": .string(run.rawValue)],
                parameters: parameters
            )
            #expect(try await reader.rest().last?.json?["data"]?["code"] == "TOO_MANY_REQUESTS")
        }
    }

    @Test func failuresAreCounted() async throws {
        let ops = OpsScene()
        try await AccessScene.run {
            $0.ops = ops.settings.ops
        } _: { scene in
            let token = try await scene.token("old", .read, expiresIn: 60)
            let gone = try await scene.token("gone", .read)
            _ = try await scene.manage("tokens.revoke", ["id": "gone"])
            scene.clock.advance(by: .seconds(60))
            #expect(try await scene.status(token) == 401)
            #expect(try await scene.status(gone) == 401)
            _ = try await exhaust(scene)
            let counts = ops.metrics.http.authFailures
            #expect(counts["expired"].value == 1)
            #expect(counts["revoked"].value == 1)
            #expect(counts["wrong"].value >= 8)
            #expect(counts["limited"].value == 1)
        }
    }
}
