import Logging
import Model
import Repositories
import Store

/// Removes what runs that have ended need no more: files, and what holds their commit in the mirror.
struct Leftovers: Sendable {
    let parts: CourseParts

    /// Clears what ended runs left because the service died after their final row.
    func clear() async {
        for id in await parts.runtime.leftovers() where !Task.isCancelled {
            guard let run = try? await parts.store.run(id), run.state.isFinal else { continue }
            _ = await isCleared(run)
        }
    }

    /// Clears what one run left; what cannot be removed is tried again for some minutes, and then at the next start.
    func clear(_ run: Run) async {
        for pause in [1, 10, 60, 300] {
            if await isCleared(run) { return }
            do { try await Task.sleep(for: .seconds(pause)) } catch { return }
        }
        _ = await isCleared(run)
    }

    private func isCleared(_ run: Run) async -> Bool {
        do {
            try await parts.runtime.stop(run.id)
            // What is no address was never fetched.
            if let address = try? RepositoryAddress.parse(run.repository) {
                try await parts.repositories.release(address, run: run.id.rawValue)
            }
            try await parts.runtime.clean(run.id)
            return true
        } catch {
            parts.logger.warning(
                "a run's leftovers cannot all be removed",
                metadata: ["run.id": "\(run.id)", "error": "\(error)"]
            )
            return false
        }
    }
}
