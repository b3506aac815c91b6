import ExecutorAPI
import HTTPTypes
import Hummingbird

/// The executor's calls.
struct ExecutorRoutes: Sendable {
    let places: Places
    let gate: Gate
    let executions: Executions
    let running: RunningPrograms

    func add(to router: Router<BasicRequestContext>) {
        router.get("health") { _, _ in
            try Response.json(HealthResponse(version: ExecutorVersion.current, agent: executions.agentVersion))
        }
        router.post("init-git") { request, _ in try await initGit(request) }
        router.post("git-clone") { request, _ in try await clone(request) }
        router.post("git-export") { request, _ in try await export(request) }
        router.post("precheck") { request, _ in try await precheck(request) }
        router.post("execute") { request, _ in try await execute(request) }
        router.get("execute/:id") { request, context in try await follow(request, context) }
        router.post("execute/:id/cancel") { _, context in
            let execution = try find(context)
            execution.orders.end(.cancel)
            try await execution.finished()
            return try Response.json(StatusResponse(status: "ended"))
        }
    }

    private func initGit(_ request: Request) async throws -> Response {
        var request = request
        try GitIdentity(places: places).set(try await request.json(InitGitRequest.self))
        return try Response.json(StatusResponse(status: "ok"))
    }

    private func clone(_ request: Request) async throws -> Response {
        var request = request
        let asked = try await request.json(GitCloneRequest.self)
        let clone = Clone(places: places)
        // A repeated call is answered even while an execution has the workspace.
        if let record = try clone.record(), record.request == asked { return try Response.json(record.response) }
        return try Response.json(try await help { try await clone.run(asked) })
    }

    private func export(_ request: Request) async throws -> Response {
        var request = request
        let asked = try await request.json(GitExportRequest.self)
        if let limit = asked.maximumBytes, limit <= 0 {
            throw CallFailure(.badRequest, "bad_request", "maximumBytes must be positive.")
        }
        let base = try Clone(places: places).record()?.response.commit
        let export = Export(places: places, base: base, limit: asked.maximumBytes ?? Export.defaultLimit)
        return try Response.json(try await help { try await export.run() })
    }

    /// Runs git on what is the agent's, which may make git start programs: none outlives the call.
    private func help<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await gate.help {
            defer { places.agentUser.map(Leftovers.kill) }
            return try await body()
        }
    }

    private func precheck(_ request: Request) async throws -> Response {
        var request = request
        let asked = try await request.json(PrecheckRequest.self)
        guard RunFolder.isExecutionID(asked.id) else {
            throw CallFailure(.badRequest, "bad_request", "id must be 1 to 64 letters, digits, - or _.")
        }
        guard let program = asked.command.first, !program.isEmpty else {
            throw CallFailure(.badRequest, "bad_request", "command must not be empty.")
        }
        if let timeout = asked.timeout, !(timeout > 0 && timeout <= 1e9) {
            throw CallFailure(.badRequest, "bad_request", "timeout must be positive.")
        }
        let precheck = Precheck(places: places, running: running)
        return try Response.json(try await gate.help { try await precheck.run(asked) })
    }

    private func execute(_ request: Request) async throws -> Response {
        var request = request
        let asked = try await request.json(ExecuteRequest.self)
        if let id = asked.id, !RunFolder.isExecutionID(id) {
            throw CallFailure(.badRequest, "bad_request", "id must be 1 to 64 letters, digits, - or _.")
        }
        if let field = asked.limits.flatMap(Limits.invalidField) {
            throw CallFailure(.badRequest, "bad_request", "\(field) must be positive.")
        }
        let execution = try await executions.execute(asked)
        return try await frames(of: execution, after: 0)
    }

    private func follow(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let text = request.uri.queryParameters["after"].map(String.init) ?? "0"
        guard let line = Int(text), line >= 0 else {
            throw CallFailure(.badRequest, "bad_request", "after must be a number of lines.")
        }
        return try await frames(of: try find(context), after: line)
    }

    private func find(_ context: BasicRequestContext) throws -> Execution {
        guard let id = context.parameters.get("id"), let execution = executions[id] else {
            throw CallFailure(.notFound, "not_found", "There is no such execution.")
        }
        return execution
    }

    /// A stream that ends after the exit frame; its reader's going ends nothing but the stream.
    private func frames(of execution: Execution, after line: Int) async throws -> Response {
        try await execution.opened()
        let body = ResponseBody { writer in
            // A reader who leaves while the agent is silent is noticed at its next line: Hummingbird's way to notice it
            // sooner (2.28, consumeWithCancellationOnInboundClose) ends the process when the body was read before.
            var reader = try SpoolReader(execution, after: line)
            while let bytes = try await reader.next() { try await writer.write(bytes) }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream", .cacheControl: "no-store"],
            body: body
        )
    }
}
