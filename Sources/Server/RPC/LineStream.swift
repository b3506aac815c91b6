import AgentStream
import AsyncAlgorithms
import NIOCore
import Synchronization

/// The answer to a batch as tRPC's JSONL stream: a head, then a line for each thing that has come, as it comes.
///
/// A value is `[[value], …definitions]`, or `[[]]` for undefined; a definition `[key, kind, chunk]` says that what
/// belongs at a key comes later under that chunk's number. A call is a promise of its envelope, whose `result` is a
/// promise of an object whose `data` is one.
struct LineStream: Sendable {
    private enum Line: Sendable {
        case bytes([UInt8])
        /// A line in pieces, made while it is sent.
        case pieces(opening: [UInt8], AsyncThrowingStream<[UInt8], any Error>)
        /// There was silence for long.
        case silence
        case end
    }

    /// What was said to come later.
    private enum Pending: Sendable {
        case promise(Int, @Sendable () async throws -> Deferred)
        case iterable(Int, @Sendable () async throws -> Deferred.Iteration)
    }

    private let caller: RPCCaller
    private let inputs: RPCInputs
    private let lines = AsyncChannel<Line>()
    private let chunks: ChunkNumbers

    init(caller: RPCCaller, inputs: RPCInputs) {
        self.caller = caller
        self.inputs = inputs
        chunks = ChunkNumbers(after: caller.request.calls.count)
    }

    @concurrent
    func write(to writer: inout PatientWriter) async throws {
        try await writer.write(ByteBuffer(string: head))
        let silence = Silence()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await answerAll() }
            if let ping = caller.options.jsonlPing {
                group.addTask { await silence.announce(after: ping) { await lines.send(.silence) } }
            }
            for await line in lines {
                switch line {
                case .bytes(let bytes): try await writer.write(ByteBuffer(bytes: bytes))
                case .pieces(let opening, let pieces):
                    try await writer.write(ByteBuffer(bytes: opening))
                    for try await piece in pieces where !piece.isEmpty {
                        try await writer.write(ByteBuffer(bytes: piece))
                    }
                    try await writer.write(ByteBuffer(string: "]]]\n"))
                case .silence:
                    guard let ping = caller.options.jsonlPing, silence.hasLasted(ping) else { continue }
                    try await writer.write(ByteBuffer(string: " "))
                case .end: return group.cancelAll()
                }
                silence.end()
            }
        }
    }

    private var head: String {
        let calls = caller.request.calls.map { "\"\($0.index)\":[[0],[null,0,\($0.index)]]" }
        return "{\(calls.joined(separator: ","))}\n"
    }

    private func answerAll() async {
        await withDiscardingTaskGroup { group in
            for call in caller.request.calls { group.addTask { await answer(call) } }
        }
        await lines.send(.end)
    }

    private func answer(_ call: RPCCall) async {
        let answer: Procedure.Answer
        switch await caller.outcome(of: call, inputs) {
        case .success(let success): answer = success
        case .failure(let error):
            let envelope = caller.envelope.failure(error, path: call.path)
            return await lines.send(.bytes(Array("[\(call.index),0,[[".utf8) + envelope + Array("]]]\n".utf8)))
        }
        let result = chunks.next()
        let data = chunks.next()
        let opening = """
            [\(call.index),0,[[{"result":0}],["result",0,\(result)]]]
            [\(result),0,[[{"data":0}],["data",0,\(data)]]]

            """
        let place = Array("\(opening)[\(data),0,[[".utf8)
        switch answer {
        case .json(let json): await lines.send(.bytes(place + json + Array("]]]\n".utf8)))
        case .pieces(let pieces): await lines.send(.pieces(opening: place, pieces))
        case .undefined, .events: await lines.send(.bytes(place + Array("]]]\n".utf8)))
        case .deferred(let value): await keep(data, { value }, after: Array(opening.utf8), call)
        }
    }

    /// Sends what a promise comes to, and then all that was promised in it.
    private func keep(
        _ chunk: Int,
        _ promise: @Sendable () async throws -> Deferred,
        after opening: [UInt8] = [],
        _ call: RPCCall
    ) async {
        var pending: [Pending] = []
        do {
            var value = try await promise()
            while case .promise(let next) = value { value = try await next() }
            let encoded = encode(value, &pending)
            await lines.send(.bytes(opening + Array("[\(chunk),0,".utf8) + encoded + Array("]\n".utf8)))
        } catch {
            await lines.send(.bytes(opening + failure(chunk, status: 1, error, call)))
        }
        await keepAll(pending, call)
    }

    /// Sends the values of an iterable, each as soon as the reader has taken the one before it.
    private func iterate(
        _ chunk: Int,
        _ next: @Sendable () async throws -> Deferred.Iteration,
        _ call: RPCCall
    ) async {
        await withDiscardingTaskGroup { group in
            do {
                while true {
                    var pending: [Pending] = []
                    let status: Int
                    let encoded: [UInt8]
                    switch try await next() {
                    case .element(let value): (status, encoded) = (1, encode(value, &pending))
                    case .end(let value): (status, encoded) = (0, encode(value, &pending))
                    }
                    await lines.send(.bytes(Array("[\(chunk),\(status),".utf8) + encoded + Array("]\n".utf8)))
                    let promised = pending
                    group.addTask { await keepAll(promised, call) }
                    if status == 0 || Task.isCancelled { return }
                }
            } catch {
                await lines.send(.bytes(failure(chunk, status: 2, error, call)))
            }
        }
    }

    private func keepAll(_ pending: [Pending], _ call: RPCCall) async {
        guard !pending.isEmpty else { return }
        await withDiscardingTaskGroup { group in
            for promise in pending {
                group.addTask {
                    switch promise {
                    case .promise(let chunk, let value): await keep(chunk, value, call)
                    case .iterable(let chunk, let next): await iterate(chunk, next, call)
                    }
                }
            }
        }
    }

    private func failure(_ chunk: Int, status: Int, _ error: any Error, _ call: RPCCall) -> [UInt8] {
        let shape = caller.envelope.shape(caller.translated(error, call), path: call.path)
        return Array("[\(chunk),\(status),".utf8) + shape.encoded + Array("]\n".utf8)
    }

    private func encode(_ value: Deferred, _ pending: inout [Pending]) -> [UInt8] {
        switch value {
        case .value(let value): return JSONValue.array([.array([value])]).encoded
        case .promise, .iterable:
            let definition = define(value, at: .null, &pending)
            return JSONValue.array([[0], definition ?? .null]).encoded
        case .object(let members):
            var object = JSONObject()
            var definitions: [JSONValue] = []
            for (key, member) in members {
                if case .value(let value) = member {
                    object[key] = value
                } else if let definition = define(member, at: .string(key), &pending) {
                    object[key] = 0
                    definitions.append(definition)
                }
            }
            return JSONValue.array([.array([.object(object)])] + definitions).encoded
        }
    }

    private func define(_ value: Deferred, at key: JSONValue, _ pending: inout [Pending]) -> JSONValue? {
        let chunk = chunks.next()
        switch value {
        case .promise(let promise):
            pending.append(.promise(chunk, promise))
            return [key, 0, JSONValue(chunk)]
        case .iterable(let next):
            pending.append(.iterable(chunk, next))
            return [key, 1, JSONValue(chunk)]
        case .value, .object:
            // An object in an object is told as a promise that is kept at once.
            pending.append(.promise(chunk) { value })
            return [key, 0, JSONValue(chunk)]
        }
    }
}

/// Numbers the chunks of one stream.
private final class ChunkNumbers: Sendable {
    private let last: Atomic<Int>

    init(after calls: Int) {
        last = Atomic(calls - 1)
    }

    func next() -> Int { last.add(1, ordering: .relaxed).newValue }
}
