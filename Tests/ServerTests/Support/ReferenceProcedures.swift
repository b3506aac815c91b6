import AgentStream
import Server
import Synchronization

/// The procedures that the recorded server had beside the original's.
struct ReferenceProcedures: Sendable {
    /// `ref.slow` answers when this is open, where it is asked to take its time.
    let gate = Gate()
    /// Open once the reader of a `ref.quiet` has been noticed to have gone.
    let quietEnded = Gate()

    var all: [Procedure] { queries + deferred + subscriptions }

    private var queries: [Procedure] {
        [
            Procedure("ref.void", .query, input: nil, output: .any, handler: { _ in .undefined }),
            Procedure("ref.voidMutation", .mutation, input: nil, output: .any, handler: { _ in .undefined }),
            Procedure("ref.null", .query, input: nil, output: .any, handler: { _ in .value(.null) }),
            Procedure(
                "ref.echo",
                .query,
                input: .any,
                output: .any,
                handler: { .value(["input": $0, "isUndefined": false]) }
            ),
            Procedure("ref.fail", .query, input: .any, output: .any, handler: { throw Self.error($0, "") }),
            Procedure(
                "ref.slow",
                .query,
                input: .any,
                output: .any,
                handler: { input in
                    if input["ms"] != 0 { await gate.wait() }
                    return .value(input["v"] ?? .null)
                }
            ),
        ]
    }

    private var deferred: [Procedure] {
        [
            Procedure(
                "ref.iterate",
                .query,
                input: .any,
                output: .any,
                handler: { input in
                    let count = input.int ?? 0
                    let numbers = Numbers()
                    return .deferred(
                        .iterable {
                            let number = numbers.next()
                            return number < count ? .element(.value(JSONValue(number))) : .end(.value("finished"))
                        }
                    )
                }
            ),
            Procedure(
                "ref.iterateFail",
                .query,
                input: nil,
                output: .any,
                handler: { _ in
                    let numbers = Numbers()
                    return .deferred(
                        .iterable {
                            guard numbers.next() == 0 else { throw RPCError(.conflict, "iterable failed") }
                            return .element(.value(1))
                        }
                    )
                }
            ),
            Procedure(
                "ref.nestedPromise",
                .query,
                input: nil,
                output: .any,
                handler: { _ in
                    .deferred(
                        .object([(key: "now", value: .value("n")), (key: "later", value: .promise { .value("l") })])
                    )
                }
            ),
        ]
    }

    private var subscriptions: [Procedure] {
        [
            Self.subscription("ref.count") { input, sink in
                for number in 1...(input["n"]?.int ?? 1) { try await sink.send([.json(["i": JSONValue(number)])]) }
            },
            Self.subscription("ref.scalars") { _, sink in
                for value in ["text", 7, .null, [1, 2], ["a": "x\ny"]] as [JSONValue] {
                    try await sink.send([.json(value)])
                }
            },
            Self.subscription("ref.tracked") { input, sink in
                let last = input["lastEventId"]?.string.flatMap { Int($0) } ?? 0
                let events = (last..<(input["n"]?.int ?? 0))
                    .map { SubscriptionEvent.json(["i": JSONValue($0 + 1)], id: String($0 + 1)) }
                try await sink.send(events)
            },
            Self.subscription("ref.errorMid") { input, sink in
                try await sink.send([.json(["i": 1]), .json(["i": 2])])
                throw Self.error(input, "failed with ")
            },
            Self.subscription("ref.quiet") { _, sink in
                try await sink.send([.json(["open": true])])
                await Gate().wait()
                quietEnded.open()
            },
            Procedure(
                "ref.params",
                .subscription,
                input: nil,
                output: .any,
                contextual: { _, context in
                    .events { sink in
                        let token = context.connectionParams["token"].map { JSONValue.string($0) } ?? .null
                        try await sink.send([.json(["url": .string(context.target), "token": token])])
                    }
                }
            ),
        ]
    }

    private static func subscription(
        _ name: String,
        _ body: @escaping @Sendable (JSONValue, EventSink) async throws -> Void
    ) -> Procedure {
        Procedure(
            name,
            .subscription,
            input: .optional(.object([], unknown: .keep)),
            output: .any,
            handler: { input in .events { try await body(input, $0) } }
        )
    }

    private static func error(_ input: JSONValue, _ prefix: String) -> RPCError {
        let word = input["code"]?.string ?? ""
        return RPCError(RPCError.Code(rawValue: word) ?? .internalServerError, prefix + word)
    }
}

extension SubscriptionEvent {
    static func json(_ value: JSONValue, id: String? = nil) -> SubscriptionEvent {
        SubscriptionEvent(data: value.encoded, id: id)
    }
}

/// Counts from 0.
private final class Numbers: Sendable {
    private let last = Atomic<Int>(-1)

    func next() -> Int { last.add(1, ordering: .relaxed).newValue }
}

/// Opened once; who waits for it goes on then, or when cancelled.
final class Gate: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func open() { continuation.finish() }

    func wait() async {
        for await _ in stream {}
    }
}
