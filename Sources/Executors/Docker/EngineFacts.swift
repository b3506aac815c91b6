import Curl

/// What an engine says of itself with every `/_ping`.
package struct EngineFacts: Hashable, Sendable {
    /// The product and its version, such as `Docker/28.0.1`.
    package let version: String
    /// The newest version of the API that it speaks.
    package let apiVersion: String

    /// Nil when the headers do not tell.
    init?(_ headers: HTTPHeaders) {
        guard let server = headers["server"], let apiVersion = headers["api-version"] else { return nil }
        // `Docker/28.0.1 (linux)`: the system says nothing of the engine.
        version = String(server.prefix { $0 != " " })
        self.apiVersion = apiVersion
    }
}
