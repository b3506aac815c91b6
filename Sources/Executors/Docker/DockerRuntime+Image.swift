import Model

extension DockerRuntime {
    /// Whether the engine has the image of containers whose task names no other.
    ///
    /// - Throws: `RuntimeError` when the engine does not answer.
    package func hasImage() async throws -> Bool {
        do {
            _ = try await engine.call(.imageInspect, "GET", "/images/\(settings.image)/json")
            images.isThere(settings.image)
            return true
        } catch let error as EngineError where error.code == .notFound || error.code == .noSuchImage {
            images.isMissing(settings.image)
            return false
        } catch let error as EngineError {
            throw error.asTrouble
        }
    }
}
