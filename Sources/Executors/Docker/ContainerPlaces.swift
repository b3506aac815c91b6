/// Where things are inside a container: what the image and the specification agree on.
enum ContainerPlaces {
    /// Where the run's folder is mounted.
    static let runFolder = "/run/caretaker/run"
    /// Where the run's volume is mounted, which holds what is the agent's.
    static let volume = "/work"
    static let workspace = "/work/workspace"
    static let home = "/work/home"
    /// The agent's user.
    static let agentUser = 10_001

    /// What the image's entry point is given.
    static let command = [
        "caretaker-executor", "serve",
        "--folder", runFolder,
        "--workspace", workspace,
        "--home", home,
        "--agent-user", String(agentUser),
    ]
}
