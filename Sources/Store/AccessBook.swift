import Foundation
import GRDB
import Model
import Synchronization

/// The tokens and sessions as they are in the database, so that a request waits for no disk to be let in.
final class AccessBook: Sendable {
    private struct Contents {
        var tokens: [AccessToken.ID: KnownToken] = [:]
        var sessions: [[UInt8]: AccessSession] = [:]
        /// Tokens whose last use is not in the database yet.
        var used: Set<AccessToken.ID> = []
    }

    private let contents: Mutex<Contents>

    init(_ db: Database) throws {
        var loaded = Contents()
        for row in try Row.fetchAll(db, sql: "SELECT * FROM token") {
            let token = try AccessToken(row)
            loaded.tokens[token.id] = KnownToken(token: token, hash: [UInt8](row["hash"] as Data))
        }
        for row in try Row.fetchAll(db, sql: "SELECT * FROM session") {
            loaded.sessions[[UInt8](row["hash"] as Data)] = AccessSession(row)
        }
        contents = Mutex(loaded)
    }

    /// All tokens in the order of their making.
    var tokens: [AccessToken] {
        contents.withLock { $0.tokens.values.map(\.token) }.sorted { $0.id.rawValue < $1.id.rawValue }
    }

    func token(_ id: AccessToken.ID) -> KnownToken? {
        contents.withLock { $0.tokens[id] }
    }

    func session(_ hash: [UInt8]) -> AccessSession? {
        contents.withLock { $0.sessions[hash] }
    }

    func put(_ token: KnownToken) {
        contents.withLock { $0.tokens[token.token.id] = token }
    }

    /// Notes that a token is revoked, and forgets its sessions.
    func revoke(_ id: AccessToken.ID, at time: Timestamp) {
        contents.withLock { contents in
            contents.tokens[id]?.token.revokedAt = time
            contents.sessions = contents.sessions.filter { $0.value.token != id }
        }
    }

    func put(_ session: AccessSession, _ hash: [UInt8]) {
        contents.withLock { $0.sessions[hash] = session }
    }

    func removeSessions(_ hashes: [[UInt8]]) {
        contents.withLock { contents in
            for hash in hashes { contents.sessions[hash] = nil }
        }
    }

    /// Notes the hour of a use, when it is a new one.
    func note(useOf id: AccessToken.ID, at hour: Timestamp) {
        contents.withLock { contents in
            guard let token = contents.tokens[id]?.token, token.lastUsedAt.map({ $0 < hour }) ?? true else { return }
            contents.tokens[id]?.token.lastUsedAt = hour
            contents.used.insert(id)
        }
    }

    /// The tokens whose last use is to be written; they count as written from then on.
    func takeUsed() -> [AccessToken] {
        contents.withLock { contents in
            defer { contents.used = [] }
            return contents.used.compactMap { contents.tokens[$0]?.token }
        }
    }

    /// Puts back what could not be written.
    func putBack(_ used: [AccessToken]) {
        contents.withLock { $0.used.formUnion(used.map(\.id)) }
    }
}
