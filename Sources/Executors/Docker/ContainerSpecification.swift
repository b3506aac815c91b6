import Model

/// What a run's container is like: the one place where that is decided.
struct ContainerSpecification: Hashable, Sendable {
    /// The name of container and volume.
    let name: String
    let labels: [String: String]
    let body: ContainerCreateBody

    /// Derives a run's container from the service's settings and the task's.
    ///
    /// - Parameters:
    ///   - request: The run, its instance and what its task says.
    ///   - settings: What the service's containers are like.
    ///   - folder: The run's folder on the machine, the only one of the machine that the container sees.
    ///   - processors: How many the machine has; the engine refuses a share of more.
    /// - Throws: `InputProblem` for what the policy does not allow.
    init(_ request: InstanceRequest, _ settings: DockerSettings, folder: String, processors: Int?) throws(InputProblem)
    {
        let settings = try settings.applying(request.container)
        name = Self.name(of: request.run)
        labels = InstanceLabels(request, installation: settings.installation).values
        body = ContainerCreateBody(
            image: settings.image,
            command: ContainerPlaces.command,
            // The service's group, so that both can use the run's folder.
            user: "0:\(settings.group)",
            labels: labels,
            stopTimeout: 3,
            host: Self.host(settings, name: name, labels: labels, folder: folder, processors: processors)
        )
    }

    /// The name that a run's container and volume have, so that no answer of the engine need be kept.
    static func name(of run: Run.ID) -> String {
        "caretaker-\(run)"
    }

    private static func host(
        _ settings: DockerSettings,
        name: String,
        labels: [String: String],
        folder: String,
        processors: Int?
    ) -> ContainerCreateBody.Host {
        ContainerCreateBody.Host(
            capabilitiesDropped: ["ALL"],
            // For making the agent's files and becoming and ending the agent's user.
            capabilitiesAdded: ["CHOWN", "KILL", "SETGID", "SETUID"],
            securityOptions: ["no-new-privileges"],
            readOnlyRoot: settings.readOnly,
            memoryFilesystems: memoryFilesystems,
            mounts: [
                .init(kind: .bind, source: folder, target: ContainerPlaces.runFolder),
                // It is there by then, unless it was removed meanwhile: a late create must not make one of nobody's.
                .init(kind: .volume, source: name, target: ContainerPlaces.volume, volume: .init(labels: labels)),
            ],
            networkMode: settings.network.name,
            memory: settings.memory,
            // The same number means no swap.
            memoryAndSwap: settings.memory,
            nanoCPUs: Int(min(settings.cpus, processors.map(Double.init) ?? settings.cpus) * 1e9),
            pids: settings.pids,
            ulimits: ulimits,
            // The agent's output never passes the engine: a full pipe there would stop the agent.
            log: .init(type: "none"),
            restart: .init(name: "no")
        )
    }

    /// Their contents count as the container's memory.
    private static let memoryFilesystems = [
        // Agents build and start programs in it.
        "/tmp": "rw,exec,nosuid,nodev,size=512m,mode=1777",
        "/run": "rw,noexec,nosuid,nodev,size=16m,mode=755",
    ]

    /// Said in full because engines differ in what they take else, and Podman asks for more than it may have.
    ///
    /// Processes are counted for all containers of a user together, so the number that bounds one is `PidsLimit`.
    private static let ulimits = [
        ContainerCreateBody.Ulimit(name: "nofile", soft: 16_384, hard: 16_384),
        ContainerCreateBody.Ulimit(name: "nproc", soft: 16_384, hard: 16_384),
    ]
}
