import Foundation

extension EngineClient {
    func createContainer(
        named name: String,
        _ body: ContainerCreateBody,
        deadline: Duration? = nil
    ) async throws -> CreatedContainer {
        let body = try JSONEncoder().encode(body)
        return try await call(
            .containerCreate,
            "POST",
            "/containers/create",
            ["name": name],
            body: body,
            deadline: deadline ?? limits.create
        )
    }

    /// Starts a container; one that runs already is no failure.
    func startContainer(_ name: String, deadline: Duration? = nil) async throws {
        _ = try await call(
            .containerStart,
            "POST",
            "/containers/\(name)/start",
            accepted: [304],
            deadline: deadline ?? limits.create
        )
    }

    func inspectContainer(_ name: String) async throws -> InspectedContainer {
        try await call(.containerInspect, "GET", "/containers/\(name)/json")
    }

    /// Asks a container to end, which is killed after the grace; one that does not run is no failure.
    func stopContainer(_ name: String, grace: Duration) async throws {
        let seconds = String(grace.components.seconds)
        _ = try await call(
            .containerStop,
            "POST",
            "/containers/\(name)/stop",
            ["t": seconds],
            accepted: [304],
            deadline: grace + limits.call
        )
    }

    /// Kills and removes a container with its nameless volumes.
    func removeContainer(_ name: String, deadline: Duration) async throws {
        _ = try await call(
            .containerRemove,
            "DELETE",
            "/containers/\(name)",
            ["force": "1", "v": "1"],
            deadline: deadline
        )
    }

    /// All containers with a label, whatever their state.
    func containers(label: String) async throws -> [ListedContainer] {
        try await call(.containerList, "GET", "/containers/json", ["all": "1", "filters": Self.filter(label)])
    }

    /// One reading of what a container uses; nothing is measured over time.
    func statistics(of name: String) async throws -> ContainerStatistics {
        try await call(
            .containerStatistics,
            "GET",
            "/containers/\(name)/stats",
            ["stream": "false", "one-shot": "true"]
        )
    }

    /// Makes a volume, or finds it; the answer has the labels that it really has.
    func createVolume(named name: String, labels: [String: String]) async throws -> EngineVolume {
        let body = try JSONEncoder().encode(VolumeCreateBody(name: name, labels: labels))
        return try await call(.volumeCreate, "POST", "/volumes/create", body: body)
    }

    func inspectVolume(_ name: String) async throws -> EngineVolume {
        try await call(.volumeInspect, "GET", "/volumes/\(name)")
    }

    func removeVolume(_ name: String, deadline: Duration) async throws {
        _ = try await call(.volumeRemove, "DELETE", "/volumes/\(name)", deadline: deadline)
    }

    func volumes(label: String) async throws -> [EngineVolume] {
        let list: EngineVolumeList = try await call(.volumeList, "GET", "/volumes", ["filters": Self.filter(label)])
        return list.volumes ?? []
    }

    /// A filter by one label, as the API wants it.
    private static func filter(_ label: String) throws -> String {
        String(decoding: try JSONEncoder().encode(["label": [label]]), as: UTF8.self)
    }
}

/// The body of `POST /volumes/create`.
private struct VolumeCreateBody: Encodable {
    let name: String
    let labels: [String: String]

    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
    }
}
