import AgentStream
import Curl
import Model
import Store
import Testing

@testable import Server

/// Pages that are signed in.
@Suite(.timeLimit(.minutes(10))) struct SessionTests {
    @Test func theCookieIsWhatItShouldBeByteForByte() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ann", .operate)
            let answer = try await scene.signIn(token)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"name":"ann","role":"operate","via":"token","expiresAt":null}"#)
            #expect(answer.headers["cache-control"] == "no-store")
            let header = try #require(answer.headers["set-cookie"])
            let secret = try #require(header.wholeMatch(of: /caretaker_session=([A-Za-z0-9_-]{43});.*/)).1
            #expect(
                header == "caretaker_session=\(secret); Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"
            )
            #expect(!token.contains(secret))
        }
    }

    @Test func overHTTPSTheCookieIsSecure() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ann", .read, expiresIn: 3600)
            let origin = scene.service.base.replacing("http://", with: "https://")
            let header = try #require(try await scene.signIn(token, ["Origin": origin]).headers["set-cookie"])
            // It ends with the token.
            #expect(header.hasSuffix("; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure"))
            // What anybody can write makes no difference.
            let forged: HTTPHeaders = ["Origin": scene.service.base, "X-Forwarded-Proto": "https"]
            let plain = try #require(try await scene.signIn(token, forged).headers["set-cookie"])
            #expect(plain.hasSuffix("; SameSite=Strict"))
        }
    }

    @Test func aSignedInPageMayWhatItsTokenMay() async throws {
        try await AccessScene.run { scene in
            let cookie = try await scene.cookie(try await scene.token("ann", .operate))
            let who = try await scene.ask("GET", "/session", ["Cookie": cookie])
            #expect(who.text == #"{"name":"ann","role":"operate","via":"session","expiresAt":null}"#)
            #expect(try await scene.ask("GET", "/trpc/tasks.list", ["Cookie": "a=b; \(cookie); c=d"]).status == 200)
            #expect(try await scene.ask("GET", "/trpc/tokens.list", ["Cookie": cookie]).status == 403)
            let page: HTTPHeaders = ["Cookie": cookie, "Origin": scene.service.base]
            #expect(try await scene.ask("POST", "/trpc/schedules.pauseAll", page, [:]).status == 200)
            // Nor by a cookie that another service on this host has set as well.
            #expect(try await scene.ask("GET", "/", ["Cookie": "caretaker_session=x; \(cookie)"]).status == 200)
        }
    }

    @Test func eventsComeByCookie() async throws {
        try await AccessScene.run { scene in
            let run = try await scene.service.store.cancelRun(scene.service.store.someRun().id).id
            let cookie = try await scene.cookie(try await scene.token("ann", .read))
            let headers: HTTPHeaders = [
                "Cookie": cookie, "Accept": "text/event-stream", "Sec-Fetch-Site": "same-origin",
                "Sec-Fetch-Mode": "cors",
            ]
            let events = try await scene.ask("GET", "/runs/\(run)/events", headers)
            #expect(events.status == 200)
            #expect(events.text.contains("event: end"))
            var reader = try await scene.service.subscribe("runs.onMessage", ["id": .string(run.rawValue)], headers)
            #expect(try await reader.rest().map(\.name) == ["connected", "return"])
            #expect(try await scene.ask("GET", "/runs/\(run)/events").status == 401)
        }
    }

    @Test func signingOutEndsTheSession() async throws {
        try await AccessScene.run { scene in
            let cookie = try await scene.cookie(try await scene.token("ann", .read))
            let other = try await scene.cookie(try await scene.token("bob", .read))
            let headers: HTTPHeaders = ["Cookie": cookie, "Origin": scene.service.base]
            let answer = try await scene.ask("DELETE", "/session", headers)
            #expect(answer.status == 204)
            #expect(
                answer.headers["set-cookie"]
                    == "caretaker_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
            )
            #expect(try await scene.ask("GET", "/", ["Cookie": cookie]).status == 401)
            #expect(try await scene.ask("GET", "/", ["Cookie": other]).status == 200)
            #expect(try await scene.ask("DELETE", "/session", headers).status == 204)
        }
    }

    @Test func signingInAgainEndsTheSessionBefore() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ann", .read)
            let cookie = try await scene.cookie(token)
            let answer = try await scene.signIn(token, ["Origin": scene.service.base, "Cookie": cookie])
            #expect(answer.status == 200)
            #expect(try await scene.ask("GET", "/", ["Cookie": cookie]).status == 401)
        }
    }

    @Test func aSessionEndsWithItsTokenAndInTime() async throws {
        try await AccessScene.run { scene in
            let revoked = try await scene.cookie(try await scene.token("revoked", .read))
            let short = try await scene.cookie(try await scene.token("short", .read, expiresIn: 60))
            let long = try await scene.cookie(try await scene.token("long", .read))
            func status(_ cookie: String) async throws -> Int {
                try await scene.ask("GET", "/", ["Cookie": cookie]).status
            }
            for cookie in [revoked, short, long] { #expect(try await status(cookie) == 200) }
            _ = try await scene.manage("tokens.revoke", ["id": "revoked"])
            scene.clock.advance(by: .seconds(60))
            #expect(try await status(revoked) == 401)
            #expect(try await status(short) == 401)
            #expect(try await status(long) == 200)
            scene.clock.advance(by: .seconds(30 * 86_400 - 60))
            #expect(try await status(long) == 401)
        }
    }

    @Test func theConfigurationsTokenSignsInToo() async throws {
        try await AccessScene.run {
            $0.token = "0123456789abcdef"
        } _: { scene in
            let cookie = try await scene.cookie("0123456789abcdef")
            let who = try await scene.ask("GET", "/session", ["Cookie": cookie])
            #expect(who.text == #"{"name":"token_file","role":"admin","via":"session","expiresAt":null}"#)
        }
    }

    @Test func anotherFileEndsTheSessionsOfTheOneBefore() async throws {
        try await AccessScene.run {
            $0.token = "0123456789abcdef"
        } _: { scene in
            let now = scene.clock.now
            for (secret, file, status) in [("a", "0123456789abcdef", 200), ("b", "another-one-1234", 401)] {
                let session = AccessSession(
                    token: nil,
                    fileHash: Array(TokenText.hash(file)),
                    createdAt: now,
                    expiresAt: now + .seconds(60)
                )
                try await scene.service.store.add(session, hash: Array(TokenText.hash(secret)))
                #expect(try await scene.ask("GET", "/", ["Cookie": "caretaker_session=\(secret)"]).status == status)
            }
        }
    }

    @Test func whatIsNoSignInIsRefused() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ann", .read)
            let good: JSONValue = ["token": .string(token)]
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
                let answer = try await scene.ask("POST", "/session", ["content-type": type], good)
                #expect(answer.status == 415)
                #expect(answer.headers["set-cookie"] == nil)
            }
            let long = String(repeating: "x", count: 5000)
            for body in [[:], ["token": 7], 7, ["token": .null], ["token": .string(long)]] as [JSONValue] {
                #expect(try await scene.ask("POST", "/session", [:], body).status == 400)
            }
            let wrong = try await scene.signIn("\(token)x")
            #expect(wrong.status == 401)
            #expect(wrong.headers["set-cookie"] == nil)
            #expect(try await scene.ask("GET", "/session").text == "null")
            #expect(try await scene.ask("POST", "/session", [:], good).status == 200)
        }
    }

    @Test func whereNobodyNeedsATokenAWrongOneSignsNobodyIn() async throws {
        try await AccessScene.run {
            $0.requiresToken = false
        } _: { scene in
            #expect(try await scene.signIn("ct_wrong").status == 401)
            let who = try await scene.ask("GET", "/session")
            #expect(who.text == #"{"name":"loopback","role":"admin","via":"loopback","expiresAt":null}"#)
        }
    }
}
