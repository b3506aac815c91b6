package import Model

/// What the service's containers are like, unless a task says otherwise, and how far a task may go.
package struct DockerSettings: Hashable, Sendable {
    package var host: EngineAddress
    /// Tells the containers of this installation from those of another on the same engine; a UUID from the database.
    package var installation: String
    /// The service's own group, which is the executor's: by it both use the run's folder.
    package var group: UInt32
    package var image: String
    /// In bytes.
    package var memory: Int
    package var cpus: Double
    package var pids: Int
    package var network: ContainerNetwork
    package var readOnly: Bool
    package var policy: ContainerPolicy

    package init(
        host: EngineAddress = .standard,
        installation: String,
        group: UInt32,
        image: String,
        memory: Int = 4 << 30,
        cpus: Double = 2,
        pids: Int = 512,
        network: ContainerNetwork = .bridge,
        readOnly: Bool = true,
        policy: ContainerPolicy = ContainerPolicy()
    ) {
        self.host = host
        self.installation = installation
        self.group = group
        self.image = image
        self.memory = memory
        self.cpus = cpus
        self.pids = pids
        self.network = network
        self.readOnly = readOnly
        self.policy = policy
    }

    /// The values with those of a task in their places.
    ///
    /// - Throws: `InputProblem` for what the policy does not allow.
    package func applying(_ task: ContainerSettings?) throws(InputProblem) -> DockerSettings {
        guard let task else { return self }
        var result = self
        if let image = task.image { result.image = try policy.allowed(image: image, beside: self.image) }
        if let memory = task.memory { result.memory = try policy.allowed(memory: memory, beside: self.memory) }
        if let cpus = task.cpus { result.cpus = try policy.allowed(cpus: cpus, beside: self.cpus) }
        if let pids = task.pids { result.pids = try policy.allowed(pids: pids, beside: self.pids) }
        if let network = task.network { result.network = try policy.allowed(network: network, beside: self.network) }
        if let readOnly = task.readOnly {
            result.readOnly = try policy.allowed(readOnly: readOnly, beside: self.readOnly)
        }
        return result
    }
}
