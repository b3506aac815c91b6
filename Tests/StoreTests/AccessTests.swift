import Foundation
import GRDB
import Model
import Testing

@testable import Store

/// Tokens, sessions and the audit as the database keeps them.
struct AccessTests {
    private static let hash = [UInt8](repeating: 7, count: 32)

    private static func token(_ name: String, _ scratch: Scratch, role: AccessRole = .read) -> AccessToken {
        scratch.clock.advance(by: .milliseconds(1))
        let now = scratch.clock.now
        return AccessToken(id: ID(at: now), name: name, role: role, createdAt: now)
    }

    private static func session(_ token: AccessToken, _ scratch: Scratch) -> AccessSession {
        let now = scratch.clock.now
        return AccessSession(token: token.id, fileHash: nil, createdAt: now, expiresAt: now + .seconds(60))
    }

    @Test func aRestartKeepsEverything() async throws {
        let scratch = try Scratch()
        let token = Self.token("ci", scratch, role: .operate)
        try await scratch.store.add(token, hash: Self.hash)
        let session = Self.session(token, scratch)
        try await scratch.store.add(session, hash: [UInt8](repeating: 8, count: 32))
        let gone = Self.token("gone", scratch)
        try await scratch.store.add(gone, hash: Self.hash)
        let revoked = try await scratch.store.revokeToken("gone")
        scratch.store.noteUse(of: token.id)
        try await scratch.store.keepTokenUses()
        let before = scratch.store.tokens
        try await scratch.store.close()
        let again = try Store(folder: scratch.folder, clock: scratch.clock)
        #expect(again.tokens == before)
        #expect(again.tokens.map(\.name) == ["ci", "gone"])
        #expect(again.tokens.last == revoked && revoked.revokedAt != nil)
        #expect(again.token(token.id)?.hash == Self.hash)
        #expect(again.session([UInt8](repeating: 8, count: 32)) == session)
        try await again.close()
    }

    @Test func aUseIsWrittenOnceAnHourAtMost() async throws {
        let scratch = try Scratch()
        let token = Self.token("ci", scratch)
        try await scratch.store.add(token, hash: Self.hash)
        func written() async throws -> Int64? { try await scratch.value(Int64.self, "SELECT lastUsedAt FROM token") }
        for _ in 0..<100 { scratch.store.noteUse(of: token.id) }
        #expect(try await written() == nil)
        try await scratch.store.keepTokenUses()
        let hour = try #require(try await written())
        #expect(hour % 3_600_000 == 0 && hour <= scratch.clock.now.milliseconds)
        try await scratch.store.pool.write { try $0.execute(sql: "UPDATE token SET lastUsedAt = NULL") }
        scratch.store.noteUse(of: token.id)
        try await scratch.store.keepTokenUses()
        #expect(try await written() == nil)
        scratch.clock.advance(by: .seconds(3600))
        scratch.store.noteUse(of: token.id)
        try await scratch.store.keepTokenUses()
        #expect(try await written() == hour + 3_600_000)
    }

    @Test func aNameIsUniqueAmongThoseThatAreNotRevoked() async throws {
        let scratch = try Scratch()
        try await scratch.store.add(Self.token("ci", scratch), hash: Self.hash)
        await #expect {
            try await scratch.store.add(Self.token("ci", scratch), hash: Self.hash)
        } throws: {
            ($0 as? StoreError)?.code == .conflict
        }
        _ = try await scratch.store.revokeToken("ci")
        try await scratch.store.add(Self.token("ci", scratch), hash: Self.hash)
        let ids = scratch.store.tokens.map(\.id.rawValue)
        // By its id the old one is found too.
        #expect(try await scratch.store.revokeToken(ids[0]).revokedAt != nil)
        #expect(scratch.store.tokens.map { $0.revokedAt == nil } == [false, true])
        await #expect {
            _ = try await scratch.store.revokeToken("nobody")
        } throws: {
            ($0 as? StoreError)?.code == .notFound
        }
    }

    @Test func aRevokedTokenHasNoSessionsAndGetsNone() async throws {
        let scratch = try Scratch()
        let token = Self.token("ci", scratch)
        try await scratch.store.add(token, hash: Self.hash)
        try await scratch.store.add(Self.session(token, scratch), hash: Self.hash)
        _ = try await scratch.store.revokeToken("ci")
        #expect(scratch.store.session(Self.hash) == nil)
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM session") == 0)
        await #expect {
            try await scratch.store.add(Self.session(token, scratch), hash: Self.hash)
        } throws: {
            ($0 as? StoreError)?.code == .conflict
        }
    }

    @Test func sessionsAreBounded() async throws {
        let scratch = try Scratch()
        let token = Self.token("ci", scratch)
        try await scratch.store.add(token, hash: Self.hash)
        func hash(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }
        for number in 0..<UInt8(120) {
            scratch.clock.advance(by: .milliseconds(1))
            try await scratch.store.add(Self.session(token, scratch), hash: hash(number))
        }
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM session") == 100)
        #expect(scratch.store.session(hash(19)) == nil)
        #expect(scratch.store.session(hash(20)) != nil)
        // Those whose time is over go when another comes.
        scratch.clock.advance(by: .seconds(61))
        try await scratch.store.add(Self.session(token, scratch), hash: hash(200))
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM session") == 1)
        #expect(scratch.store.session(hash(119)) == nil)
    }

    @Test func theAuditIsFoundByItsTime() async throws {
        let scratch = try Scratch()
        let plan = try await scratch.store.pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN DELETE FROM audit WHERE at < 0").map {
                $0["detail"] as String
            }
        }
        #expect(plan.contains { $0.contains("auditAt") })
    }
}
