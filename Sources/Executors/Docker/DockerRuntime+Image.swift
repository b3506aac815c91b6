import Model

extension DockerRuntime {
    /// Whether the engine has the image of containers whose task names no other.
    ///
    /// - Throws: `RuntimeError` when the engine does not answer.
    package func hasImage() async throws -> Bool {
        do {
            let _: [UInt8] = try await engine.call("GET", "/images/\(settings.image)/json")
            return true
        } catch let error as EngineError where error.code == .noSuchImage {
            return false
        } catch let error as EngineError {
            throw error.asTrouble
        }
    }
}
