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
            await clear(run)
        }
    }

    func clear(_ run: Run) async {
        do {
            try await parts.runtime.stop(run.id)
            // What is no address was never fetched.
            if let address = try? RepositoryAddress.parse(run.repository) {
                try await parts.repositories.release(address, run: run.id.rawValue)
            }
            try await parts.runtime.clean(run.id)
        } catch {
            // What is left is tried again at the next start.
            parts.logger.warning(
                "a run's leftovers cannot all be removed",
                metadata: ["run.id": "\(run.id)", "error": "\(error)"]
            )
        }
    }
}
