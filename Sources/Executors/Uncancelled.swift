/// Performs `body` to its end even when the calling task is cancelled meanwhile, and returns what it gives.
///
/// The task is not loose: the caller waits for it. It is for what must not be left half done.
func uncancelled<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await Task { try await body() }.value
}
