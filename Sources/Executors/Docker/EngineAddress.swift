/// Where a container engine listens: always a unix socket of this machine.
package struct EngineAddress: Hashable, Sendable {
    /// The engine's own default.
    package static let standard = EngineAddress(socket: "/var/run/docker.sock")

    /// Why an address cannot be used, in one sentence.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    package let socket: String

    private init(socket: String) {
        self.socket = socket
    }

    /// Reads an address as `docker.host` and `DOCKER_HOST` have it.
    package init(_ text: String) throws(Problem) {
        guard text.hasPrefix("unix://") else {
            throw Problem(
                description: "\(text) cannot be used: only unix:// addresses can, because containers share a folder of "
                    + "this machine with the service."
            )
        }
        socket = String(text.dropFirst("unix://".count))
        guard socket.hasPrefix("/") else {
            throw Problem(description: "\(text) names no absolute path.")
        }
        guard socket.utf8.count <= 107 else {
            throw Problem(description: "\(text) is longer than the 107 bytes that a socket's path may have.")
        }
    }
}
