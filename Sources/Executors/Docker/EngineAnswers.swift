// What the engine answers, as far as it is of use here; other keys are passed over.

/// The answer of `GET /version`.
struct EngineHello: Decodable, Sendable {
    var version: String
    var apiVersion: String
    var minimumAPIVersion: String?

    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case apiVersion = "ApiVersion"
        case minimumAPIVersion = "MinAPIVersion"
    }
}

/// The answer of `GET /info`.
struct EngineInfo: Decodable, Sendable {
    var processors: Int?

    private enum CodingKeys: String, CodingKey {
        case processors = "NCPU"
    }
}

/// The body of an answer that is no success.
struct EngineRefusal: Decodable {
    var message: String
}

/// The answer of `POST /containers/create`.
struct CreatedContainer: Decodable, Sendable {
    var id: String
    var warnings: [String]?

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case warnings = "Warnings"
    }
}

/// A container as `GET /containers/{id}/json` tells it.
struct InspectedContainer: Decodable, Sendable {
    /// How a container is.
    struct State: Decodable, Sendable {
        /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`; Podman also has `configured`,
        /// `initialized`, `stopped` and `stopping`.
        var status: String
        var exitCode: Int
        var outOfMemory: Bool
        /// What the engine could not do with it.
        var error: String?

        private enum CodingKeys: String, CodingKey {
            case status = "Status"
            case exitCode = "ExitCode"
            case outOfMemory = "OOMKilled"
            case error = "Error"
        }
    }

    /// What it was created with.
    struct Configuration: Decodable, Sendable {
        var labels: [String: String]?
        var image: String?

        private enum CodingKeys: String, CodingKey {
            case labels = "Labels"
            case image = "Image"
        }
    }

    var id: String
    var created: String
    var state: State
    var configuration: Configuration

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case created = "Created"
        case state = "State"
        case configuration = "Config"
    }
}

/// A container as `GET /containers/json` lists it.
struct ListedContainer: Decodable, Sendable {
    var id: String
    var image: String?
    var created: Int64
    var state: String
    var labels: [String: String]?

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case image = "Image"
        case created = "Created"
        case state = "State"
        case labels = "Labels"
    }
}

/// A volume, as it is listed and answered.
struct EngineVolume: Decodable, Sendable {
    var name: String
    var createdAt: String?
    var labels: [String: String]?

    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case createdAt = "CreatedAt"
        case labels = "Labels"
    }
}

/// The answer of `GET /volumes`.
struct EngineVolumeList: Decodable, Sendable {
    var volumes: [EngineVolume]?

    private enum CodingKeys: String, CodingKey {
        case volumes = "Volumes"
    }
}

/// One reading of `GET /containers/{id}/stats`.
struct ContainerStatistics: Decodable, Sendable {
    /// What a container's processes used of the processors.
    struct Processors: Decodable, Sendable {
        struct Usage: Decodable, Sendable {
            var total: Int64?

            private enum CodingKeys: String, CodingKey {
                case total = "total_usage"
            }
        }

        var usage: Usage?

        private enum CodingKeys: String, CodingKey {
            case usage = "cpu_usage"
        }
    }

    /// What a container's processes hold of the memory.
    struct Memory: Decodable, Sendable {
        /// The kernel's counters of a group; its others may be larger than any signed number.
        struct Counters: Decodable, Sendable {
            /// Cached files that can be had back at any time.
            var inactiveFile: Int64?

            private enum CodingKeys: String, CodingKey {
                case inactiveFile = "inactive_file"
            }
        }

        var usage: Int64?
        var limit: Int64?
        var counters: Counters?

        private enum CodingKeys: String, CodingKey {
            case usage
            case limit
            case counters = "stats"
        }
    }

    var processors: Processors?
    var memory: Memory?

    private enum CodingKeys: String, CodingKey {
        case processors = "cpu_stats"
        case memory = "memory_stats"
    }
}
