/// Why there is no engine, or what it refused.
package struct EngineFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
