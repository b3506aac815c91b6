import Synchronization

@testable import Store

extension RunFeeds {
    /// What is kept for readers and listeners.
    var census: (tails: Int, readers: Int, bells: Int) {
        state.withLock { state in
            let bells = state.bells.values.reduce(0) { $0 + $1.count }
            return (state.tails.count, state.tails.values.reduce(0) { $0 + $1.readers }, bells)
        }
    }
}
