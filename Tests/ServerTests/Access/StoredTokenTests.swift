import AgentStream
import Curl
import Foundation
import Model
import Store
import TestSupport
import Testing

/// Tokens that the service made.
@Suite(.timeLimit(.minutes(10))) struct StoredTokenTests {
    @Test func onlyTheWholeTokenOpensAnything() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ci", .read)
            let other = try await scene.token("other", .admin)
            let digits = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
            var wrong = (0..<token.count).map { String(token.prefix($0)) }
            wrong += (1..<token.count).map { String(token.suffix($0)) }
            // The last digits of base 64 say less than six bits each, and count all the same.
            for place in token.indices {
                let digit = try #require(digits.randomElement())
                wrong.append(token.replacingCharacters(in: place...place, with: String(digit)))
            }
            wrong += digits.map { String(token.dropLast()) + String($0) }
            wrong += [token.uppercased(), token.lowercased(), token + "A", token + "=", " \(token)x", "\(token) x"]
            // One's id with the other's secret.
            wrong += [String(token.prefix(30)) + other.dropFirst(30)]
            for text in Set(wrong).subtracting([token]) where !text.isEmpty {
                let status = try await scene.status(text)
                #expect(status == 401 || status == 429, "\(text)")
            }
            #expect(try await scene.status(token) == 200)
        }
    }

    @Test func aRevokedTokenOpensNothingFromThenOn() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ci", .read)
            #expect(try await scene.status(token) == 200)
            let revoked = try await scene.manage("tokens.revoke", ["id": "ci"])
            #expect(revoked["revokedAt"]?.string != nil)
            #expect(try await scene.status(token) == 401)
            // The name is free again, and the old token stays shut.
            let next = try await scene.token("ci", .operate)
            #expect(try await scene.status(next) == 200)
            #expect(try await scene.status(token) == 401)
        }
    }

    @Test func anExpiredTokenOpensNothing() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ci", .read, expiresIn: 3600)
            scene.clock.advance(by: .seconds(3599))
            #expect(try await scene.status(token) == 200)
            scene.clock.advance(by: .seconds(1))
            #expect(try await scene.status(token) == 401)
        }
    }

    @Test func theTokenIsNowhereInTheFilesOrTheLog() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ci", .admin)
            let cookie = try await scene.cookie(token)
            #expect(try await scene.status(token) == 200)
            _ = try await scene.ask("GET", "/", ["Cookie": cookie])
            let secrets = [String(token.suffix(43)), String(try #require(cookie.split(separator: "=").last))]
            let names = try FileManager.default.contentsOfDirectory(atPath: scene.service.folder)
            let files = names.filter { $0.hasPrefix("caretaker.sqlite") }
            #expect(files.contains("caretaker.sqlite-wal"))
            var hasHash = false
            for file in files {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(scene.service.folder)/\(file)"))
                for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file)") }
                let known = try #require(scene.service.store.tokens.first.flatMap { scene.service.store.token($0.id) })
                if bytes.range(of: Data(known.hash)) != nil { hasHash = true }
            }
            // Else the file was not the one that is meant.
            #expect(hasHash)
            for secret in secrets { #expect(!scene.service.log.text.contains(secret)) }
        }
    }

    @Test(arguments: ["", "token_file", "loopback", "a b", "-x", "é", "a/b", String(repeating: "x", count: 65)])
    func aNameThatWouldConfuseIsRefused(_ name: String) async throws {
        try await TestService.run { service in
            let answer = try await service.mutate("tokens.create", ["name": .string(name), "role": "read"])
            #expect(answer.status == 400)
            #expect(answer.issuePaths == ["name"])
            #expect(service.store.tokens.isEmpty)
        }
    }

    @Test func aNameIsHadOnce() async throws {
        try await AccessScene.run { scene in
            _ = try await scene.token("ci", .read)
            let admin = try await scene.token("boss", .admin)
            let input: JSONValue = ["name": "ci", "role": "admin"]
            let again = try await scene.ask("POST", "/trpc/tokens.create", AccessScene.bearer(admin), input)
            #expect(again.status == 409)
            let unknown = try await scene.ask(
                "POST",
                "/trpc/tokens.revoke",
                AccessScene.bearer(admin),
                ["id": "nobody"]
            )
            #expect(unknown.status == 404)
        }
    }

    @Test func theListTellsTheHourOfTheLastUseAndNoSecret() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("ci", .read, expiresIn: 86_400)
            scene.clock.advance(by: .seconds(90 * 60))
            #expect(try await scene.status(token) == 200)
            let admin = try await scene.token("boss", .admin)
            let answer = try await scene.ask("GET", "/trpc/tokens.list", AccessScene.bearer(admin))
            let list = try #require(try JSONValue(parsing: answer.body)["result"]?["data"]?.array)
            #expect(list.map { $0["name"]?.string } == ["ci", "boss"])
            #expect(list[0]["lastUsedAt"] == "2025-05-19T13:00:00.000Z")
            #expect(list[0]["expiresAt"] == "2025-05-20T12:00:00.000Z")
            #expect(list[0]["role"] == "read")
            #expect(!answer.text.contains(token) && !answer.text.contains(String(token.suffix(43))))
        }
    }

    @Test func whereNoneIsNeededATokenStillLimitsItsHolder() async throws {
        try await AccessScene.run {
            $0.requiresToken = false
        } _: { scene in
            #expect(try await scene.ask("GET", "/trpc/tokens.list").status == 200)
            let token = try await scene.token("ci", .read)
            #expect(try await scene.status(token, "/trpc/tasks.list") == 200)
            #expect(try await scene.status(token, "/trpc/tokens.list") == 403)
            // A token of another service does no harm.
            for _ in 0..<20 { #expect(try await scene.status("ct_of_another_service") == 200) }
        }
    }

    @Test func theConfigurationsTokenIsAnAdmins() async throws {
        try await AccessScene.run {
            $0.token = "0123456789abcdef"
        } _: { scene in
            let answer = try await scene.ask("GET", "/session", AccessScene.bearer("0123456789abcdef"))
            #expect(answer.text == #"{"name":"token_file","role":"admin","via":"token","expiresAt":null}"#)
        }
    }
}
