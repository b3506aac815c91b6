import AgentStream

/// What the service said of itself at one moment.
struct TopPicture: Sendable {
    /// What `service.overview` answers.
    let overview: JSONValue
    /// The names of the checks that fail.
    let missing: [String]
    /// When it was taken, by a clock that nobody sets.
    let taken: ContinuousClock.Instant

    /// Asks the service, which has at most so many things of each kind told.
    static func take(_ client: ServiceClient, limit: Int) async throws -> TopPicture {
        let overview = try await client.query("service.overview", ["limit": JSONValue(limit)])
        let checks = try await client.readiness()["checks"]?.array ?? []
        return TopPicture(
            overview: overview,
            missing: checks.filter { $0["ok"]?.bool != true }.compactMap { $0["name"]?.string },
            taken: .now
        )
    }
}
