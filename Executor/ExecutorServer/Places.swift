import ExecutorAPI
import Glibc

/// Where everything is.
struct Places: Sendable {
    /// The run's folder, shared with the service.
    let run: String
    /// The agent's clone.
    let workspace: String
    /// The agent's home.
    let home: String
    /// Whom the workspace and the home belong to; nil when that is the executor's own user.
    var agentUser: AgentUser?

    /// A path below the run's folder.
    func inRun(_ name: String) -> String { "\(run)/\(name)" }

    func execution(_ id: String) -> String { "\(run)/\(RunFolder.executions)/\(id)" }

    /// Works on the workspace and the home with the rights of whom they belong to; a path there is the agent's to bend.
    func asAgent<Value>(_ body: () throws -> Value) rethrows -> Value {
        guard let agentUser else { return try body() }
        return try FileIdentity.with(agentUser, body)
    }

    /// The environment of everything that is started here, from nothing.
    func environment(adding more: [String: String] = [:]) -> [String: String] {
        [
            "PATH": Self.path,
            "HOME": home,
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            // Else an agent takes the first shell that it finds, whose commands then depend on what is installed.
            "SHELL": access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh",
            "USER": Self.name(of: agentUser?.uid ?? getuid()),
            "CARETAKER": "1",
        ].merging(more) { $1 }
    }
}
