import Synchronization

/// Gives each mirror to one operation at a time, in the order in which they asked.
final class MirrorTurns: Sendable {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var lastNumber = 0
        /// A mirror has an entry while somebody has its turn.
        var waiting: [String: [Waiter]] = [:]
    }

    private let state = Mutex(State())

    /// Does the work when it is this operation's turn; a cancelled wait throws and loses its place.
    func taking<Result>(_ mirror: String, _ work: () async throws -> Result) async throws -> Result {
        try await wait(for: mirror)
        defer { passOn(mirror) }
        return try await work()
    }

    private func wait(for mirror: String) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Waiter(number: number, continuation: continuation), for: mirror)
            }
        } onCancel: {
            withdraw(number, from: mirror)
        }
    }

    private func enqueue(_ waiter: Waiter, for mirror: String) {
        let answer: Swift.Result<Void, any Error>? = state.withLock { state in
            // A cancellation before this moment found nobody to withdraw.
            if Task.isCancelled { return .failure(CancellationError()) }
            guard state.waiting[mirror] != nil else {
                state.waiting[mirror] = []
                return .success(())
            }
            state.waiting[mirror]?.append(waiter)
            return nil
        }
        if let answer { waiter.continuation.resume(with: answer) }
    }

    private func withdraw(_ number: Int, from mirror: String) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiting[mirror]?.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiting[mirror]?.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    private func passOn(_ mirror: String) {
        let next = state.withLock { state -> Waiter? in
            if state.waiting[mirror]?.isEmpty == false { return state.waiting[mirror]?.removeFirst() }
            state.waiting[mirror] = nil
            return nil
        }
        next?.continuation.resume()
    }
}
