import Glibc

/// A thread of its own for work that blocks, so that it never holds up Swift's cooperative threads.
enum BlockingThread {
    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Starts the work and returns at once.
    static func start(_ body: @escaping @Sendable () -> Void) throws(SystemFailure) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
            if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }
        let code = pthread_create(&thread, nil, entry, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw SystemFailure("pthread_create", code: code)
        }
        pthread_detach(thread)
    }

    /// Runs the work on a thread of its own and waits for its value without blocking the caller's thread.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try start { continuation.resume(returning: body()) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
