/// The body of `POST /containers/create`, as far as this service uses it.
///
/// There is no member for privileges, devices, ports, namespaces of the host or mounts by free choice.
struct ContainerCreateBody: Encodable, Hashable, Sendable {
    /// A limit of the kernel for each process.
    struct Ulimit: Encodable, Hashable, Sendable {
        var name: String
        var soft: Int
        var hard: Int

        private enum CodingKeys: String, CodingKey {
            case name = "Name"
            case soft = "Soft"
            case hard = "Hard"
        }
    }

    /// A folder of the machine, or a named volume, at a place in the container.
    struct Mount: Encodable, Hashable, Sendable {
        enum Kind: String, Encodable {
            case bind
            case volume
        }

        /// How a volume is made that is not there.
        struct Volume: Encodable, Hashable, Sendable {
            var labels: [String: String]

            private enum CodingKeys: String, CodingKey {
                case labels = "Labels"
            }
        }

        var kind: Kind
        var source: String
        var target: String
        var volume: Volume?

        private enum CodingKeys: String, CodingKey {
            case kind = "Type"
            case source = "Source"
            case target = "Target"
            case volume = "VolumeOptions"
        }
    }

    /// Where the container's output goes.
    struct Log: Encodable, Hashable, Sendable {
        var type: String

        private enum CodingKeys: String, CodingKey {
            case type = "Type"
        }
    }

    /// What becomes of a container that ended.
    struct Restart: Encodable, Hashable, Sendable {
        var name: String

        private enum CodingKeys: String, CodingKey {
            case name = "Name"
        }
    }

    /// What the machine gives and forbids.
    struct Host: Encodable, Hashable, Sendable {
        var capabilitiesDropped: [String]
        var capabilitiesAdded: [String]
        var securityOptions: [String]
        var readOnlyRoot: Bool
        var memoryFilesystems: [String: String]
        var mounts: [Mount]
        var networkMode: String
        var memory: Int
        var memoryAndSwap: Int
        var nanoCPUs: Int
        var pids: Int
        var ulimits: [Ulimit]
        var log: Log
        var restart: Restart

        private enum CodingKeys: String, CodingKey {
            case capabilitiesDropped = "CapDrop"
            case capabilitiesAdded = "CapAdd"
            case securityOptions = "SecurityOpt"
            case readOnlyRoot = "ReadonlyRootfs"
            case memoryFilesystems = "Tmpfs"
            case mounts = "Mounts"
            case networkMode = "NetworkMode"
            case memory = "Memory"
            case memoryAndSwap = "MemorySwap"
            case nanoCPUs = "NanoCpus"
            case pids = "PidsLimit"
            case ulimits = "Ulimits"
            case log = "LogConfig"
            case restart = "RestartPolicy"
        }
    }

    var image: String
    var command: [String]
    var user: String
    var labels: [String: String]
    var stopTimeout: Int
    var host: Host

    private enum CodingKeys: String, CodingKey {
        case image = "Image"
        case command = "Cmd"
        case user = "User"
        case labels = "Labels"
        case stopTimeout = "StopTimeout"
        case host = "HostConfig"
    }
}
