import AgentStream
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Store

/// Answers `/session`: signs pages in and out, and says who they are.
struct SessionEndpoint: Sendable {
    static let path = "/session"
    private static let maximumBody = 4096

    let store: Store
    let rules: Setting<AccessRules>
    let authentication: Authentication
    let audit: AuditTrail

    func add(to router: Router<ConnectionContext>) {
        router.get("\(Self.path)") { _, context in show(context) }
        router.post("\(Self.path)") { request, context in try await signIn(request, context) }
        router.delete("\(Self.path)") { request, _ in try await signOut(request) }
    }

    /// Says who the request's sender is; null for nobody, which pages ask and is no failure.
    func show(_ context: ConnectionContext) -> Response {
        switch context.access {
        case .granted(let caller): Self.json(.ok, caller.json)
        case .denied: Self.json(.ok, .null)
        case .limited(let wait): Self.limited(wait)
        }
    }

    /// Signs in whoever shows a token.
    func signIn(_ request: Request, _ context: ConnectionContext) async throws -> Response {
        let rules = rules.current
        // A page of another origin must not sign anybody in; programs that are no browsers send neither header.
        let isBrowser = request.headers[.origin] != nil || request.headers[.secFetchSite] != nil
        guard !isBrowser || rules.isOwnPage(request.head) else {
            return Self.failure(.forbidden, "Only the service's own page may sign in.")
        }
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            return Self.failure(.unsupportedMediaType, "The body must be JSON.")
        }
        guard let token = try await Self.token(request) else {
            return Self.failure(.badRequest, "The body must be {\"token\": …}.")
        }
        switch authentication.access(showing: token, from: context.origin, rules) {
        case .granted(let caller):
            guard let credential = caller.credential else { return Self.wrong }
            return try await begin(credential, caller, request)
        case .denied: return Self.wrong
        case .limited(let wait): return Self.limited(wait)
        }
    }

    /// Signs out.
    func signOut(_ request: Request) async throws -> Response {
        let rules = rules.current
        guard rules.isOwnPage(request.head) || SessionCookie.secrets(in: request.headers).isEmpty else {
            return Self.failure(.forbidden, "Only the service's own page may sign out.")
        }
        if let session = authentication.session(of: request.head, rules) {
            try await store.removeSession(session.hash)
            await note("session.delete", session.caller)
        }
        let cookie = SessionCookie.header("", seconds: 0, isSecure: Self.isEncrypted(request))
        return Response(status: .noContent, headers: [.setCookie: cookie, .cacheControl: "no-store"])
    }

    private func begin(_ credential: Caller.Credential, _ caller: Caller, _ request: Request) async throws -> Response {
        let now = store.clock.now
        let end = min(now + SessionCookie.lifetime, caller.expiresAt ?? Timestamp(milliseconds: .max))
        let secret = TokenText.secret()
        try await store.add(
            AccessSession(credential, from: now, until: end),
            hash: Array(TokenText.hash(secret))
        )
        if let old = authentication.session(of: request.head, rules.current) { try await store.removeSession(old.hash) }
        await note("session.create", caller)
        var response = Self.json(.ok, caller.json)
        response.headers[.setCookie] = SessionCookie.header(
            secret,
            seconds: (end - now).milliseconds / 1000,
            isSecure: Self.isEncrypted(request)
        )
        return response
    }

    private func note(_ procedure: String, _ caller: Caller) async {
        await audit.note(.init(procedure: procedure, target: nil, detail: nil), .done, by: caller)
    }

    /// Whether the page came over https, as its own origin tells: headers of proxies can be anyone's.
    private static func isEncrypted(_ request: Request) -> Bool {
        request.headers[.origin]?.lowercased().hasPrefix("https://") == true
    }

    private static func token(_ request: Request) async throws -> String? {
        guard let body = try? await request.body.collect(upTo: maximumBody) else { return nil }
        return (try? JSONValue(parsing: Array(buffer: body), maximumDepth: 4))?["token"]?.string
    }

    private static var wrong: Response { failure(.unauthorized, "This token opens nothing here.") }

    private static func limited(_ wait: Duration) -> Response {
        var response = failure(.tooManyRequests, "Too many wrong tokens came from this address.")
        response.headers[.retryAfter] = wait.wholeSeconds
        return response
    }

    private static func failure(_ status: HTTPResponse.Status, _ message: String) -> Response {
        json(status, ["error": .string(message)])
    }

    private static func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.encoded))
        )
    }
}

extension AccessSession {
    fileprivate init(_ credential: Caller.Credential, from now: Timestamp, until end: Timestamp) {
        switch credential {
        case .token(let id): self.init(token: id, fileHash: nil, createdAt: now, expiresAt: end)
        case .file(let hash): self.init(token: nil, fileHash: hash, createdAt: now, expiresAt: end)
        }
    }
}

extension Caller {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "role": .string(role.rawValue), "via": .string(via.rawValue),
            "expiresAt": (expiresAt?.iso8601).map { .string($0) } ?? .null,
        ]
    }
}
