import Executors
import Glibc
import Model

/// The containers' part of the configuration.
struct ContainerConfiguration: Sendable {
    let host: EngineAddress
    let image: String
    let memory: Int
    let cpus: Double
    let pids: Int
    let network: ContainerNetwork
    let readOnly: Bool
    let policy: ContainerPolicy

    /// - Throws: `ConfigurationProblems`.
    init(_ values: Values, environment: [String: String]) throws {
        host = try Self.address(
            values.text("docker.host") ?? environment["DOCKER_HOST"].flatMap { $0.isEmpty ? nil : $0 }
        )
        image = values.text("executors.image") ?? ""
        memory = values.size("executors.memory") ?? 0
        cpus = values.number("executors.cpus") ?? 0
        pids = values.integer("executors.pids")
        let name = values.text("executors.network") ?? ""
        guard let network = ContainerNetwork(name) else {
            throw ConfigurationProblems("executors.network", "\(name) is no name of one of the engine's networks")
        }
        self.network = network
        readOnly = values.text("executors.read_only") != "false"
        policy = ContainerPolicy(
            images: values.list("executors.allowed_images"),
            networks: values.list("executors.allowed_networks"),
            maximumMemory: values.size("executors.max_memory"),
            maximumCPUs: values.number("executors.max_cpus"),
            maximumPIDs: values.text("executors.max_pids").flatMap { Int($0) },
            allowsWritableRoot: values.text("executors.allow_writable_root") == "true"
        )
    }

    private static func address(_ text: String?) throws -> EngineAddress {
        guard let text else { return .standard }
        do throws(EngineAddress.Problem) {
            return try EngineAddress(text)
        } catch {
            throw ConfigurationProblems("docker.host", error.description)
        }
    }

    /// What the runtime is told, with the database's own id as the installation's.
    func settings(installation: String) -> DockerSettings {
        DockerSettings(
            host: host,
            installation: installation,
            group: getegid(),
            image: image,
            memory: memory,
            cpus: cpus,
            pids: pids,
            network: network,
            readOnly: readOnly,
            policy: policy
        )
    }
}
