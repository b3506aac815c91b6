/// Waits for something of which nobody tells, as long as the test has time.
package func waitUntil(_ holds: () async throws -> Bool) async throws {
    while try await !holds() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
