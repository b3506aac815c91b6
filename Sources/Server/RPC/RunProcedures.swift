import AgentStream
import Model
import Store
import Synchronization

/// The procedures on runs.
struct RunProcedures: Sendable {
    let store: Store
    let operations: any Operations

    var all: [Procedure] {
        [
            Procedure(
                "runs.create",
                .mutation,
                role: .operate,
                input: Self.createInput,
                output: .object([.required("id", .id)], unknown: .refuse),
                handler: create
            )
            // They decide what agents do, as a task does.
            .demanding(.admin) { $0["settings"]?.saysSomething == true },
            Procedure("runs.byId", .query, input: Self.byIDInput, output: WireRun.fullSchema, handler: byID),
            Procedure(
                "runs.onMessage",
                .subscription,
                input: Self.onMessageInput,
                output: .object([], unknown: .keep),
                handler: onMessage
            ),
            Procedure(
                "runs.list",
                .query,
                input: .optional(Self.listInput),
                output: .array(of: WireRun.summarySchema, maximum: 500),
                handler: list
            ),
            Procedure(
                "runs.messages",
                .query,
                input: Self.messagesInput,
                output: Self.messagesOutput,
                handler: messages
            ),
            Procedure(
                "runs.cancel",
                .mutation,
                role: .operate,
                input: Self.ownID,
                output: WireRun.summarySchema,
                handler: { .value(WireRun.summary(try await store.cancelRun($0.runID))) }
            ),
            Procedure(
                "runs.retry",
                .mutation,
                role: .operate,
                input: Self.ownID,
                output: .object([.required("id", .id)], unknown: .refuse),
                handler: {
                    .value([
                        "id": .string(try await store.retryRun($0.runID, queueLimit: operations.queueLimit).id.rawValue)
                    ])
                }
            ),
            Procedure(
                "runs.result",
                .query,
                input: Self.ownID,
                output: .nullable(RunResult.schema),
                handler: { input in
                    let run = input.runID
                    let result = try await store.result(of: run)
                    return .value(result.map { RunResult.value($0, of: run, operations) } ?? .null)
                }
            ),
        ]
    }

    private static let byIDInput = Schema.object(
        [.required("id", .id), .optional("messages", .boolean)],
        unknown: .strip
    )
    private static let onMessageInput = Schema.object(
        [.required("id", .id), .optional("lastEventId", .nullable(.id))],
        unknown: .strip
    )
    private static let ownID = Schema.object([.required("id", .id)], unknown: .refuse)

    /// Every row of a run carries them.
    private static let settingsBytes = 64 << 10

    private static let createInput = Schema.object(
        [
            .required("taskId", .id),
            .required("repository", .text),
            .optional("ref", .nullable(.string(lengths: 1...255))),
            .optional("priority", .integer(-1000...1000)),
            .optional("settings", WireRun.settingsSchema),
        ],
        unknown: .strip
    )

    private static let listInput = Schema.object(
        [
            .optional("taskId", .id),
            .optional("scheduleId", .id),
            .optional("state", WireRun.state),
            .optional("before", .id),
            .optional("limit", .integer(1...500)),
        ],
        unknown: .refuse
    )

    private static let messagesInput = Schema.object(
        [
            .required("id", .id),
            .optional("after", .integer(0...(.max))),
        ],
        unknown: .refuse
    )

    private static let messagesOutput = Schema.object(
        [
            .required("messages", .array(of: storedMessage, maximum: .max)), .required("isFinal", .boolean),
        ],
        unknown: .refuse
    )

    static let storedMessage = Schema.object(
        [
            .required("seq", .integer(1...(.max))), .required("at", .time), .required("step", .integer(0...(.max))),
            .required("kind", .word(Message.Kind.allCases.map(\.rawValue))), .required("message", .any),
        ],
        unknown: .refuse
    )

    private func create(_ input: JSONValue) async throws -> Procedure.Answer {
        let task = input["settings"] == nil ? nil : try await store.task(input.text("taskId"))
        let settings = try TaskContentReader(operations: operations).settings(input, over: task?.settings)
        let size = settings.map { WireTask.settings($0).encoded.count } ?? 0
        guard size <= Self.settingsBytes else {
            throw InputProblem(
                field: "settings",
                message: "A run's own settings may have \(Self.settingsBytes) bytes as JSON: put them into its task."
            )
        }
        let new = NewRun(
            task: input.text("taskId"),
            repository: input.text("repository"),
            ref: input["ref"]?.string,
            priority: input["priority"]?.int,
            settings: settings == TaskSettings() ? nil : settings
        )
        try operations.check(repository: new.repository, ref: new.ref)
        let run = try await store.createRun(new, queueLimit: operations.queueLimit)
        return .value(["id": .string(run.id.rawValue)])
    }

    private func list(_ input: JSONValue) async throws -> Procedure.Answer {
        let filter = Store.RunFilter(
            task: input["taskId"]?.string,
            schedule: try await schedule(input["scheduleId"]?.string),
            state: input["state"]?.string.flatMap(RunState.Name.init(rawValue:)),
            before: input["before"]?.string.map(Run.ID.init(rawValue:)),
            limit: input["limit"]?.int ?? 50
        )
        let runs = try await store.runs(filter)
        let positions = try await store.positions(of: runs)
        return .value(.array(runs.map { WireRun.summary($0, position: positions[$0.id]) }))
    }

    /// The id of a schedule that is named by its id or slug; runs of a deleted one are found by its id.
    private func schedule(_ idOrSlug: String?) async throws -> Schedule.ID? {
        guard let idOrSlug else { return nil }
        return try await store.schedule(idOrSlug)?.id ?? Schedule.ID(rawValue: idOrSlug)
    }

    /// Stored messages are spliced in as they are, page by page, and never decoded.
    private func byID(_ input: JSONValue) async throws -> Procedure.Answer {
        let run = try await store.run(input.runID)
        let task = try await store.task(of: run)
        let position = try await store.positions(of: [run])[run.id]
        let head = JSONObject(WireRun.head(run, steps: task.steps))
        let executions = try await store.executions(of: run.id)
        let tail = JSONObject(WireRun.tail(run, position: position) + WireRun.details(run, executions))
        guard input["messages"]?.bool ?? true else { return .value(Self.whole(head, tail)) }
        let pages = MessagePages(store: store, run: run.id)
        return .pieces(AsyncThrowingStream { try await pages.next(head: head, tail: tail) })
    }

    /// A run without its conversation.
    private static func whole(_ head: JSONObject, _ tail: JSONObject) -> JSONValue {
        .object(JSONObject(head.members + [JSONObject.Member(key: "messages", value: [])] + tail.members))
    }

    /// The messages that are stored from now on, as the original sends them: without ids, and none again.
    ///
    /// A reader that says after which message it goes on gets ids, and all that follows that message.
    private func onMessage(_ input: JSONValue) async throws -> Procedure.Answer {
        let run = input.runID
        let last = try await store.lastMessageNumber(of: run)
        let resumed = input["lastEventId"]?.string
        guard let after = resumed.map(Int.init(messageNumber:)) ?? last else {
            throw InputProblem(field: "lastEventId", message: "Expected the number of a message, from 0.")
        }
        return .events { sink in
            for try await frames in store.messages(of: run, after: after) {
                let events = frames.compactMap { frame -> SubscriptionEvent? in
                    guard let seq = frame.seq, frame.kind?.isConversation == true else { return nil }
                    return SubscriptionEvent(data: frame.json, id: resumed == nil ? nil : String(seq))
                }
                if !events.isEmpty { try await sink.send(events) }
            }
        }
    }

    /// Made while it is sent, so that the pages of a batch are not all in memory at once.
    private func messages(_ input: JSONValue) async throws -> Procedure.Answer {
        let run = try await store.run(input.runID).id
        let after = input["after"]?.int ?? 0
        let isRead = Atomic(false)
        return .pieces(
            AsyncThrowingStream {
                guard !isRead.exchange(true, ordering: .relaxed) else { return nil }
                return Self.messages(try await store.page(of: run, after: after, limit: 1 << 20))
            }
        )
    }

    private static func messages(_ page: MessagePage) -> [UInt8] {
        var bytes = Array(#"{"messages":["#.utf8)
        for (index, message) in page.messages.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += Array(
                #"{"seq":\#(message.seq),"at":"\#(message.at.iso8601)","step":\#(message.step),"kind":"#.utf8
            )
            bytes += Array(#""\#(message.kind.rawValue)","message":"#.utf8)
            bytes += message.wireJSON
            bytes.append(UInt8(ascii: "}"))
        }
        // More may follow a page that is not empty, whatever the run's state.
        bytes += Array(#"],"isFinal":\#(page.isFinal && page.messages.isEmpty)}"#.utf8)
        return bytes
    }
}

extension JSONValue {
    var runID: Run.ID { Run.ID(rawValue: text("id")) }
}

extension JSONValue {
    /// Whether anything but null is in it.
    fileprivate var saysSomething: Bool {
        object.map { $0.contains { $0.value.saysSomething } } ?? !isNull
    }
}
