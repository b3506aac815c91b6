import Model

@testable import Store

extension TestService {
    /// Returns when nobody reads a run any more.
    ///
    /// Each look at the feeds is an answer of the server, so that this waits on its work and not on time.
    func untilUnread(_ run: Run.ID) async throws {
        while store.feeds.hasReaders(of: run) {
            _ = try await get("/")
        }
    }
}

extension RunFeeds {
    /// Whether somebody reads a run: then two who join one after the other get the same tail.
    func hasReaders(of run: Run.ID) -> Bool {
        let first = join(run)
        leave(run)
        let second = join(run)
        leave(run)
        return first === second
    }
}
