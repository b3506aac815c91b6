import FoundationEssentials

/// Whole folders.
enum Folders {
    /// Removes a folder of the agent's with all that is in it, following no links; there being none is fine.
    static func remove(_ path: String, in places: Places) async throws {
        let failure: String? = try await BlockingThread.run {
            places.asAgent {
                guard SafeFile.exists(path) else { return nil }
                do {
                    try FileManager.default.removeItem(atPath: path)
                    return nil
                } catch {
                    return "\(error)"
                }
            }
        }
        if let failure { throw GitFailure("An old folder could not be removed: \(failure)") }
    }
}
