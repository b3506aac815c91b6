import AgentStream
import HTTPTypes
import Hummingbird
package import Logging
package import Model
import NIOCore
import OpsMetrics
package import Store

/// Everything that the service answers over HTTP.
package struct HTTPFace: Sendable {
    private let store: Store
    private let table: ProcedureTable
    private let operations: any Operations
    private let logger: Logger
    private let options: RPCOptions
    private var authentication: Authentication
    private let zones: ScheduleZones
    private let version: String
    private var ops: OpsPages?
    private var rpcMetrics: RPCMetrics?
    let timings: ServerTimings

    /// Makes the face.
    ///
    /// - Parameters:
    ///   - store: What is read and written.
    ///   - operations: What rows cannot give.
    ///   - logger: Where faults are told.
    ///   - version: What the documents of the API say that they describe.
    ///   - zones: The time zones of schedules.
    ///   - timings: How long it waits for those who use it.
    ///   - options: How it speaks tRPC.
    ///   - extraProcedures: Further procedures, which tests use.
    package init(
        store: Store,
        operations: any Operations,
        logger: Logger,
        version: String = "0",
        zones: ScheduleZones = ScheduleZones(),
        timings: ServerTimings = ServerTimings(),
        options: RPCOptions = RPCOptions(),
        extraProcedures: [Procedure] = []
    ) {
        self.store = store
        self.operations = operations
        self.logger = logger
        self.version = version
        self.timings = timings
        self.options = options
        authentication = Authentication(store: store, logger: logger, failures: nil)
        self.zones = zones
        table = ProcedureTable.caretaker(store: store, operations: operations, zones: zones, extra: extraProcedures)
    }

    /// Adds the pages for operators, and counts what is asked.
    package mutating func serve(_ ops: OpsPages) {
        self.ops = ops
        authentication = Authentication(store: store, logger: logger, failures: ops.metrics.http.authFailures)
        rpcMetrics = RPCMetrics(
            ops.metrics.registry,
            procedures: Array(table.procedures.keys),
            codes: RPCError.Code.allCases.map(\.rawValue)
        )
    }

    /// Counts a connection for as long as `body` serves it.
    func counted(_ body: () async -> Void) async {
        ops?.metrics.http.connections.increment()
        await body()
        ops?.metrics.http.connections.decrement()
    }

    /// The routes of a listener with its own rules of access.
    func router(_ access: Setting<AccessRules>) -> Router<ConnectionContext> {
        let router = Router(context: ConnectionContext.self)
        if let ops { router.add(middleware: RequestCount(metrics: ops.metrics)) }
        router.add(middleware: AccessMiddleware(configured: access, authentication: authentication, logger: logger))
        let readers = ReaderCount(metrics: ops?.metrics.streams)
        let rpc = RPCEndpoint(
            table: table,
            options: options,
            timings: timings,
            rules: access,
            authentication: authentication,
            audit: AuditTrail(store: store, logger: logger),
            metrics: rpcMetrics,
            readers: readers
        )
        for method in [HTTPRequest.Method.get, .post, .head, .put, .patch, .delete, .options] {
            router.on("\(RPCEndpoint.mount)/**", method: method) { request, context in
                await rpc.respond(to: request, context: context, logger: logger)
            }
            router.on("\(RPCEndpoint.mount)", method: method) { request, context in
                await rpc.respond(to: request, context: context, logger: logger)
            }
        }
        let events = RunEvents(store: store, timings: timings, readers: readers) { _, _ in WireFrames() }
        router.get("/runs/:id/events") { request, context in
            try await events.respond(to: request, run: try context.parameters.require("id"), on: context.channel)
        }
        let files = WorkFiles(store: store, operations: operations)
        for file in WorkFile.allCases {
            router.get("/runs/:id/\(file.name)") { _, context in
                try await files.respond(file, run: try context.parameters.require("id"), context: context)
            }
        }
        let audit = AuditTrail(store: store, logger: logger)
        let backup = BackupDownload(store: store, timings: timings, audit: audit)
        router.get("/backup") { _, context in try await backup.respond(to: context) }
        let session = SessionEndpoint(
            store: store,
            rules: access,
            authentication: authentication,
            audit: audit
        )
        session.add(to: router)
        APIDocuments(table: table, version: version).add(to: router)
        ops?.add(to: router)
        WebSite(
            store: store,
            operations: operations,
            zones: zones,
            health: ops?.health,
            timings: timings,
            readers: readers
        ).add(to: router)
        return router
    }
}

extension Response {
    /// A short text.
    static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
