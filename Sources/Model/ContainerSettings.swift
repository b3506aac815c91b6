/// What a task may say about its container; what is absent takes the service's default.
///
/// The policy of the configuration bounds all of it. There is no word for privileges, host namespaces or mounts.
package struct ContainerSettings: Hashable, Sendable, Codable {
    package var image: String?
    /// In bytes; there is no swap beside it.
    package var memory: Int?
    /// How many processors it may use; fractions count.
    package var cpus: Double?
    /// How many processes and threads there may be.
    package var pids: Int?
    /// The name of one of the engine's networks, or `none`.
    package var network: String?
    /// Whether the image's files cannot be changed.
    package var readOnly: Bool?

    package init(
        image: String? = nil,
        memory: Int? = nil,
        cpus: Double? = nil,
        pids: Int? = nil,
        network: String? = nil,
        readOnly: Bool? = nil
    ) {
        self.image = image
        self.memory = memory
        self.cpus = cpus
        self.pids = pids
        self.network = network
        self.readOnly = readOnly
    }
}
