package import Logging
package import Model
package import Repositories
package import Store

/// Removes what runs that have ended need no more: files, and what holds their commit in the mirror.
package struct Leftovers: Sendable {
    private let store: Store
    private let runtime: any Runtime
    private let repositories: Repositories
    private let logger: Logger

    package init(store: Store, runtime: any Runtime, repositories: Repositories, logger: Logger) {
        self.store = store
        self.runtime = runtime
        self.repositories = repositories
        self.logger = logger
    }

    init(parts: CourseParts) {
        self.init(
            store: parts.store,
            runtime: parts.runtime,
            repositories: parts.repositories,
            logger: parts.logger
        )
    }

    /// Clears what runs left that ended some time ago: before that their own courses are at it.
    package func clear(endedFor age: Duration = .zero) async {
        for id in await runtime.leftovers() where !Task.isCancelled {
            guard let run = try? await store.run(id), run.state.isFinal, let end = run.finishedAt,
                store.clock.now - end >= age
            else { continue }
            _ = await isCleared(run)
        }
    }

    /// Clears what one run left; what cannot be removed is tried again for some minutes, and then by the reaper.
    func clear(_ run: Run) async {
        for pause in [1, 10, 60, 300] {
            if await isCleared(run) { return }
            do { try await Task.sleep(for: .seconds(pause)) } catch { return }
        }
        _ = await isCleared(run)
    }

    /// Removes the folders of runs whose rows are gone, or whose work has expired.
    ///
    /// - Parameter folders: The folders.
    /// - Returns: The runs whose folders are gone; the others are told, and are to be tried again.
    func discard(_ folders: [ExpiredFolder]) async -> [Run.ID] {
        // What is clean was stopped and released before.
        let unclean = Set(await runtime.leftovers())
        var gone: [Run.ID] = []
        for folder in folders where !Task.isCancelled {
            do {
                if unclean.contains(folder.run) { try await release(folder.run, folder.repository) }
                try await runtime.discard(folder.run)
                gone.append(folder.run)
            } catch {
                logger.warning(
                    "a run's folder cannot be removed",
                    metadata: ["message.id": "run_leftovers", "run.id": "\(folder.run)", "error": "\(error)"]
                )
            }
        }
        return gone
    }

    /// Stops what may run still, and lets go of the run's commit.
    private func release(_ run: Run.ID, _ repository: String) async throws {
        try await runtime.stop(run)
        // What is no address was never fetched.
        if let address = try? RepositoryAddress.parse(repository) {
            try await repositories.release(address, run: run.rawValue)
        }
    }

    private func isCleared(_ run: Run) async -> Bool {
        let instance = try? await store.instance(of: run.id)
        do {
            try await release(run.id, run.repository)
            try await runtime.clean(run.id)
            logger.info("a run is cleaned up", metadata: metadata(run, instance, "run_cleaned_up"))
            return true
        } catch {
            logger.warning(
                "a run's leftovers cannot all be removed",
                metadata: metadata(run, instance, "run_leftovers").merging(["error": "\(error)"]) { $1 }
            )
            return false
        }
    }

    private func metadata(_ run: Run, _ instance: Instance?, _ event: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "message.id": "\(event)", "run.id": "\(run.id)", "task.id": "\(run.taskID)",
        ]
        if let instance { metadata["instance.id"] = "\(instance.id)" }
        if let container = instance?.container {
            metadata["container.id"] = "\(Instance.shortContainer(container))"
        }
        return metadata
    }
}
