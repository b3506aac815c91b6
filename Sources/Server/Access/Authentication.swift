import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Model
import NIOCore
import OpsMetrics
import Store
import Synchronization

/// Finds out who sends a request.
final class Authentication: Sendable {
    private let store: Store
    private let logger: Logger
    private let failures: MetricFamily<Counter>?
    private let buckets = Mutex(AttemptBuckets())

    init(store: Store, logger: Logger, failures: MetricFamily<Counter>?) {
        self.store = store
        self.logger = logger
        self.failures = failures
    }

    /// What a request may expect on a listener.
    func access(of request: HTTPRequest, from origin: ClientOrigin, _ rules: AccessRules) -> Access {
        if let token = Self.bearer(request) { return access(showing: token, from: origin, rules) }
        if let caller = session(of: request, rules)?.caller { return .granted(caller) }
        return rules.caller(from: origin).map { .granted($0) } ?? .denied
    }

    /// What somebody may expect who shows a token.
    ///
    /// A wrong one costs nothing where none is needed.
    func access(showing text: String, from origin: ClientOrigin, _ rules: AccessRules) -> Access {
        let failure: Failure
        do throws(Failure) {
            return .granted(try caller(showing: text, from: origin, rules))
        } catch {
            failure = error
        }
        let verdict = buckets.withLock { $0.fail(origin.key, now: .now) }
        if let caller = rules.caller(from: origin) { return .granted(caller) }
        return refused(failure, verdict, origin)
    }

    /// The session that a request's cookie names, as far as it may speak for this request.
    func session(of request: HTTPRequest, _ rules: AccessRules) -> (caller: Caller, hash: [UInt8])? {
        guard rules.isOwnPage(request) else { return nil }
        for secret in SessionCookie.secrets(in: request.headerFields) {
            let hash = Array(TokenText.hash(secret))
            if let caller = caller(of: hash, rules) { return (caller, hash) }
        }
        return nil
    }

    /// A body that ends as soon as what somebody showed opens nothing any more, for streams.
    func guarded(_ body: ResponseBody, for caller: Caller?) -> ResponseBody {
        guard case .token(let id)? = caller?.credential else { return body }
        return body.map { [self] buffer in
            guard let token = store.token(id)?.token, (try? self.caller(token, .token)) != nil else {
                throw AccessEnded()
            }
            return buffer
        }
    }

    /// Why a token opens nothing.
    private enum Failure: String, Error {
        case wrong
        case expired
        case revoked
    }

    private func caller(
        showing text: String,
        from origin: ClientOrigin,
        _ rules: AccessRules
    ) throws(Failure) -> Caller {
        let hash = TokenText.hash(text)
        // Digests compare in constant time.
        if let known = TokenText.id(in: text).flatMap(store.token), hash == known.hash {
            return try caller(known.token, .token)
        }
        // A token that a person chose can be guessed: without room for another failure it is not even compared.
        let mayGuess = buckets.withLock { $0.wait(origin.key, now: .now) == nil }
        guard mayGuess, rules.isFileToken(Array(hash)) else { throw .wrong }
        return Self.fileCaller(Array(hash), .token)
    }

    private func caller(of session: [UInt8], _ rules: AccessRules) -> Caller? {
        guard let session = store.session(session), session.expiresAt > store.clock.now else { return nil }
        guard let id = session.token else {
            return session.fileHash.flatMap { rules.isFileToken($0) ? Self.fileCaller($0, .session) : nil }
        }
        return store.token(id).flatMap { try? caller($0.token, .session) }
    }

    private func caller(_ token: AccessToken, _ via: AuditEntry.Via) throws(Failure) -> Caller {
        guard token.revokedAt == nil else { throw .revoked }
        guard !token.hasExpired(at: store.clock.now) else { throw .expired }
        store.noteUse(of: token.id)
        return Caller(
            name: token.name,
            role: token.role,
            via: via,
            expiresAt: token.expiresAt,
            credential: .token(token.id)
        )
    }

    private static func fileCaller(_ hash: [UInt8], _ via: AuditEntry.Via) -> Caller {
        Caller(name: AccessRules.fileTokenName, role: .admin, via: via, credential: .file(hash: hash))
    }

    private func refused(_ failure: Failure, _ verdict: AttemptBuckets.Verdict, _ origin: ClientOrigin) -> Access {
        switch verdict {
        case .counted:
            failures?[failure.rawValue].increment()
            logger.warning(
                "a token was refused",
                metadata: ["message.id": "token_refused", "client": "\(origin.key)", "reason": "\(failure.rawValue)"]
            )
            return .denied
        case .limited(let wait, let isFirst):
            failures?["limited"].increment()
            if isFirst {
                logger.warning(
                    "wrong tokens are not looked at for a while",
                    metadata: ["message.id": "tokens_limited", "client": "\(origin.key)"]
                )
            }
            return .limited(retryAfter: wait)
        }
    }

    private static func bearer(_ request: HTTPRequest) -> String? {
        guard let header = request.headerFields[.authorization], header.lowercased().hasPrefix("bearer ") else {
            return nil
        }
        return String(header.dropFirst(7))
    }
}

/// A token was revoked or has expired while its holder read a stream.
private struct AccessEnded: Error {}
