import ServiceLifecycle

/// Waits for room while the disk with the state is full.
package struct RoomWatch: Service {
    private let store: Store
    private let period: Duration

    /// Makes a watch.
    ///
    /// - Parameters:
    ///   - store: Whose disk it is.
    ///   - period: How often it looks while the disk is full.
    package init(store: Store, period: Duration = .milliseconds(500)) {
        self.store = store
        self.period = period
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            for await _ in store.roomBell() {
                while await !store.restoreRoom() { try await Task.sleep(for: period) }
            }
        }
    }
}

extension RoomWatch: CustomStringConvertible {
    package var description: String { "RoomWatch" }
}
