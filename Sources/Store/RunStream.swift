import Model
import OpsMetrics

/// The messages of a run from a number on, first from the store and then live, until the run has ended.
///
/// Elements are groups of frames, so that a reader that is slower than the run catches up in large steps. A reader
/// holds one group in memory, whatever its pace.
package struct RunStream: AsyncSequence, Sendable {
    package typealias Element = [RunFrame]

    /// About how many bytes a group has; a single message may be larger.
    static let groupBytes = 256 << 10

    let store: Store
    let run: Run.ID
    let after: Int

    package func makeAsyncIterator() -> Iterator {
        Iterator(store: store, run: run, seq: after)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private let membership: Membership
        private let store: Store
        private var seq: Int
        private var position: RunTail.Place?
        private var isCaughtUp = false

        init(store: Store, run: Run.ID, seq: Int) {
            self.store = store
            self.seq = seq
            membership = Membership(feeds: store.feeds, run: run)
        }

        package mutating func next() async throws -> [RunFrame]? {
            while true {
                try Task.checkCancellation()
                if !isCaughtUp {
                    let page = try await store.page(of: membership.run, after: seq, limit: RunStream.groupBytes)
                    if let last = page.messages.last {
                        seq = last.seq
                        return page.messages.map(RunFrame.init)
                    }
                    if page.isFinal { return nil }
                    isCaughtUp = true
                }
                switch membership.tail.take(from: position, after: seq, limit: RunStream.groupBytes) {
                case .frames(let frames, let next):
                    position = next
                    seq = frames.reduce(seq) { Swift.max($0, $1.seq ?? 0) }
                    return frames
                case .behind(let next):
                    note(next)
                    position = next
                    isCaughtUp = false
                case .nothingYet(let next):
                    position = next
                    await membership.tail.wait(beyond: next)
                }
            }
        }

        /// Counts what the reader misses of the tail; at its first look, and at the run's end, that is nothing.
        private func note(_ next: RunTail.Place) {
            guard let position, position.entries < next.entries, let metrics = store.streamMetrics else { return }
            metrics.storeReads.increment()
            metrics.eventsDropped.increment(by: next.partials - position.partials)
        }
    }

    /// Holds a place at a run's tail for as long as somebody holds this.
    private final class Membership: Sendable {
        let feeds: RunFeeds
        let run: Run.ID
        let tail: RunTail

        init(feeds: RunFeeds, run: Run.ID) {
            self.feeds = feeds
            self.run = run
            tail = feeds.join(run)
        }

        deinit { feeds.leave(run) }
    }
}
