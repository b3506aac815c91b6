import Synchronization

/// One request under way: what the loop's thread and the waiting task share.
final class Transfer: Sendable {
    /// The loop's answer to a piece of the response.
    enum Verdict {
        case taken
        case pause
        case abort
    }

    /// How much may wait for the reader; libcurl holds at most one more read of 16 KB.
    static let highWater = 256 * 1024
    /// How long a response's head may be.
    private static let maximumHead = 256 * 1024

    /// What "for ever" is cut to, because an instant can overflow.
    private static let longest = Duration.seconds(1_000_000_000)

    private struct State {
        var head = HTTPHead()
        var headSize = 0
        var hasHead = false
        var buffer: [UInt8] = []
        var isPaused = false
        var lastByte = ContinuousClock.now
        var end: Result<Void, any Error>?
        var headWaiter: CheckedContinuation<HTTPHead, any Error>?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
    }

    let request: HTTPRequest
    private let isStream: Bool
    private let started = ContinuousClock.now
    private let mailbox: Mailbox
    private let state = Mutex(State())

    init(request: HTTPRequest, isStream: Bool, mailbox: Mailbox) {
        self.request = request
        self.isStream = isStream
        self.mailbox = mailbox
    }
}

/// For the waiting task.
extension Transfer {
    /// The response's head, as soon as it is complete.
    func head() async throws -> HTTPHead {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<HTTPHead, any Error>? = state.withLock { state in
                    if state.hasHead { return .success(state.head) }
                    if case .failure(let error) = state.end { return .failure(error) }
                    state.headWaiter = continuation
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// The bytes that have arrived since the last call, `nil` at the end.
    func next() async throws -> [UInt8]? {
        if Task.isCancelled {
            cancel()
            throw CancellationError()
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = state.withLock { state in
                    let answer = takeChunk(&state)
                    if answer == nil { state.reader = continuation }
                    return answer
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Ends the transfer unless it has ended.
    func cancel() {
        if end(.failure(CancellationError())) { mailbox.post(.cancel(self)) }
    }

    private func takeChunk(_ state: inout State) -> Result<[UInt8]?, any Error>? {
        guard state.reader == nil else {
            return .failure(CurlError(code: .invalidRequest, message: "\(request): a body has one reader"))
        }
        if state.buffer.isEmpty { return state.end.map { $0.map { nil } } }
        var chunk: [UInt8] = []
        swap(&chunk, &state.buffer)
        if state.isPaused {
            state.isPaused = false
            state.lastByte = .now
            mailbox.post(.resume(self))
        }
        return .success(chunk)
    }

    /// Fixes the outcome and wakes who waits; `false` when it was already fixed.
    private func end(_ result: Result<Void, any Error>) -> Bool {
        var head: CheckedContinuation<HTTPHead, any Error>?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        let isFirst = state.withLock { state in
            guard state.end == nil else { return false }
            state.end = result
            swap(&head, &state.headWaiter)
            swap(&reader, &state.reader)
            return true
        }
        head?.resume(with: result.flatMap { .failure(noHead) })
        reader?.resume(with: result.map { nil })
        return isFirst
    }

    private var noHead: CurlError {
        CurlError(code: .connectionLost, message: "\(request): no response head")
    }
}

/// For the loop's thread.
extension Transfer {
    /// When the transfer has taken too long, as things stand.
    var deadline: ContinuousClock.Instant? {
        let whole = started.advanced(by: min(request.timeout, Self.longest))
        guard isStream else { return whole }
        return state.withLock { state in
            guard state.hasHead else { return whole }
            guard let silence = request.maximumSilence, !state.isPaused else { return nil }
            return state.lastByte.advanced(by: min(silence, Self.longest))
        }
    }

    /// Takes one line of the head, with its line end.
    func receive(line: UnsafeRawBufferPointer) -> Verdict {
        let (verdict, waiter, head) = state.withLock { state in
            var waiter: CheckedContinuation<HTTPHead, any Error>?
            guard state.end == nil else { return (Verdict.abort, waiter, state.head) }
            // Trailers of a chunked body come here too.
            guard !state.hasHead else { return (.taken, waiter, state.head) }
            state.headSize += line.count
            if state.headSize > Self.maximumHead { return (.abort, waiter, state.head) }
            if state.head.read(line: line) {
                state.hasHead = true
                state.lastByte = .now
                swap(&waiter, &state.headWaiter)
            }
            return (.taken, waiter, state.head)
        }
        waiter?.resume(returning: head)
        return verdict
    }

    /// Takes a piece of the body, unless too much waits already.
    func receive(body: UnsafeRawBufferPointer) -> Verdict {
        let (verdict, reader) = state.withLock { state in
            var reader: CheckedContinuation<[UInt8]?, any Error>?
            guard state.end == nil else { return (Verdict.abort, reader) }
            if state.buffer.count >= Self.highWater {
                state.isPaused = true
                return (.pause, reader)
            }
            state.lastByte = .now
            swap(&reader, &state.reader)
            if reader == nil { state.buffer.append(contentsOf: body) }
            return (.taken, reader)
        }
        reader?.resume(returning: Array(body))
        return verdict
    }

    /// Tells the waiting task how it went.
    func finish(_ result: Result<Void, any Error>) {
        _ = end(result)
    }

    /// Whether the head was refused for its length.
    var isHeadTooLarge: Bool { state.withLock { $0.headSize > Self.maximumHead } }
}
