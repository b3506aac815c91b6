import ExecutorAPI

/// Where everything is.
struct Places: Sendable {
    /// The run's folder, shared with the service.
    let run: String
    /// The agent's clone.
    let workspace: String
    /// The agent's home.
    let home: String

    /// A path below the run's folder.
    func inRun(_ name: String) -> String { "\(run)/\(name)" }

    func execution(_ id: String) -> String { "\(run)/\(RunFolder.executions)/\(id)" }

    /// The environment of everything that is started here, from nothing.
    func environment(adding more: [String: String] = [:]) -> [String: String] {
        [
            "PATH": Self.path,
            "HOME": home,
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "USER": Self.user,
            "CARETAKER": "1",
        ].merging(more) { $1 }
    }
}
