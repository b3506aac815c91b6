import OpsMetrics
import ServiceLifecycle

/// Counts those who follow a stream of events, and why their streams end.
struct ReaderCount: Sendable {
    let metrics: StreamMetrics?

    /// Counts a reader for as long as `body` writes to it; what `body` answers or throws says why that ended.
    @concurrent
    func follow(
        _ writer: inout PatientWriter,
        _ body: @concurrent (inout PatientWriter) async throws -> StreamMetrics.End
    ) async throws {
        metrics?.readers.increment()
        defer { metrics?.readers.decrement() }
        do {
            count(try await body(&writer))
        } catch {
            count(Self.end(error, writer))
            throw error
        }
    }

    func countSent(_ events: Int) {
        metrics?.eventsSent.increment(by: events)
    }

    /// Why a stream ended whose source did not say that there is no more.
    static var interrupted: StreamMetrics.End { Task.isShuttingDownGracefully ? .shutdown : .client }

    private func count(_ end: StreamMetrics.End) {
        metrics?.disconnects[end.rawValue].increment()
    }

    private static func end(_ error: any Error, _ writer: PatientWriter) -> StreamMetrics.End {
        if writer.wasCut { return .slowReader }
        return writer.hasFailed || error is CancellationError ? interrupted : .error
    }
}
