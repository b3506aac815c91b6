import Journal
import Model

extension ConfigurationKey {
    /// Every key there is.
    static let all: [ConfigurationKey] =
        service + tasks + schedules + executors + agent.map(\.reloadable) + git + limits.map(\.reloadable)
        + retention.map(\.reloadable) + notify

    /// The key of a name.
    static func named(_ name: String) -> ConfigurationKey? {
        all.first { $0.name == name }
    }

    private static let service: [ConfigurationKey] = [
        .init(
            "state_dir",
            .text,
            nil,
            "Where the database, mirrors and runs are kept. Default: /var/lib/caretaker as root, else "
                + "$XDG_STATE_HOME/caretaker."
        ),
        .init(
            "runtime",
            .word(RuntimeKind.allCases.map(\.rawValue)),
            "process",
            "What runs executors. docker: a container for each run, through the Docker Engine API. process: local "
                + "processes, which isolates nothing."
        ),
        .init(
            "on_stop",
            .word(StopMode.allCases.map(\.rawValue)),
            "detach",
            "What becomes of active runs when the service is asked to stop. detach: they go on, and the next start takes them "
                + "up. drain: no further run starts, and the service waits for them. cancel: they are cancelled."
        ).reloadable,
        .init(
            "stop_timeout",
            .duration,
            "10m",
            "How long a stop with drain or cancel waits for active runs before it leaves them as detach does."
        ).reloadable,
        .init("server.listen", .text, "127.0.0.1:4000", "HOST:PORT of the HTTP listener; port 0 takes a free one."),
        .init(
            "server.socket",
            .text,
            nil,
            "Path of the unix socket for the command line. Default: caretaker.sock in $RUNTIME_DIRECTORY, else "
                + "$XDG_RUNTIME_DIR, else the state directory."
        ),
        .init("server.allowed_hosts", .list, "[]", "Names for the Host header beside those of loopback.").reloadable,
        .init("server.allowed_origins", .list, "[]", "Origins of foreign pages that may use the API; '*' is all.")
            .reloadable,
        .init(
            "server.token_file",
            .text,
            nil,
            "A file with a token that may do everything. Where the listener is not loopback, this or server.require_token "
                + "is needed.",
            credential: "token"
        ),
        .init(
            "server.require_token",
            .boolean,
            "false",
            "Whether requests on loopback and the unix socket must show a token too; root and the service's own user need "
                + "none on the socket, and make tokens there with caretaker token create."
        ).reloadable,
        .init(
            "log.level",
            .word(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            "info",
            "The least grave messages that are logged."
        ).reloadable,
        .init(
            "log.format",
            .word(LogFormat.allCases.map(\.rawValue)),
            "auto",
            "How messages are logged. auto: to the journal when standard error leads there, else as text. journal: to "
                + "the journal wherever standard error leads. json: a line of JSON each."
        ),
    ]

    private static let tasks: [ConfigurationKey] = [
        .init(
            "tasks.dir",
            .text,
            nil,
            "A folder of files that declare tasks and schedules; they are applied at the start, at a reload and when they "
                + "change. Default: there is none."
        ).reloadable,
        .init(
            "tasks.prune",
            .boolean,
            "false",
            "Whether a task or schedule is deleted when no file of tasks.dir declares it any more; else it stays as it was."
        ).reloadable,
    ]

    private static let schedules: [ConfigurationKey] = [
        .init(
            "schedules.timezone",
            .text,
            nil,
            "The time zone of schedules that name none, such as Europe/Berlin; each keeps the one that it was saved with. "
                + "Default: the host's."
        )
    ]

    private static let executors: [ConfigurationKey] = [
        .init("executors.max_concurrent", .integer(1...1000), "4", "How many runs may be active at once.").reloadable,
        .init(
            "executors.max_per_repository",
            .integer(1...1000),
            nil,
            "How many runs of one repository may be active at once. Default: no limit of its own."
        ).reloadable,
        .init("executors.queue_limit", .integer(1...1_000_000), "1000", "How many runs may wait in the queue.")
            .reloadable,
        .init(
            "executors.program",
            .text,
            nil,
            "With the process runtime: the path of caretaker-executor. Default: beside caretaker itself."
        ),
        .init(
            "executors.image",
            .text,
            "caretaker-executor:latest",
            "With docker: the image of containers; caretaker image build makes it. The service never fetches one."
        ),
        .init("executors.memory", .size, "4g", "What a container may use of memory; there is no swap beside it."),
        .init("executors.cpus", .number, "2", "How many processors a container may use; fractions count."),
        .init("executors.pids", .integer(32...4_194_304), "512", "How many processes a container may have."),
        .init(
            "executors.network",
            .text,
            "bridge",
            "A container's network: the name of one of the engine's, or none. With bridge everything outside is in reach."
        ),
        .init("executors.read_only", .boolean, "true", "Whether the files of a container's image cannot be changed."),
        .init(
            "executors.allowed_images",
            .list,
            "[]",
            "Images that a task may name; a trailing * is all that begin so."
        ),
        .init("executors.allowed_networks", .list, "[]", "Networks that a task may name."),
        .init(
            "executors.max_memory",
            .size,
            nil,
            "The most memory that a task may ask for. Default: executors.memory."
        ),
        .init(
            "executors.max_cpus",
            .number,
            nil,
            "The most processors that a task may ask for. Default: executors.cpus."
        ),
        .init(
            "executors.max_pids",
            .integer(32...4_194_304),
            nil,
            "The most processes that a task may ask for. Default: executors.pids."
        ),
        .init(
            "executors.allow_writable_root",
            .boolean,
            "false",
            "Whether a task may make the files of its container's image changeable."
        ),
        .init(
            "docker.host",
            .text,
            nil,
            "The engine's address, unix:///path; Podman's works as well. Default: $DOCKER_HOST, else "
                + "unix:///var/run/docker.sock."
        ),
        .init(
            "reaper.grace",
            .duration,
            "5m",
            "How old a container that no run has must be before it is removed."
        ).reloadable,
        .init("reaper.period", .duration, "1m", "The time between two passes of the reaper.").reloadable,
    ]

    private static let agent: [ConfigurationKey] = [
        .init(
            "agent.driver",
            .word(AgentSettings.Driver.allCases.map(\.rawValue)),
            nil,
            "How the agent is driven, unless a task says otherwise. claude: Claude Code. command: a program that reads "
                + "the prompt on standard input and writes stream-json lines. Default: command when agent.command is "
                + "set, else claude."
        ),
        .init("agent.program", .text, "claude", "The program of the driver claude: a path, or a name in PATH."),
        .init("agent.command", .list, nil, "The program of the driver command and its arguments."),
        .init(
            "agent.api_key_file",
            .text,
            nil,
            "A file with the key of the model's API for the driver claude. Default: ANTHROPIC_API_KEY of the service's "
                + "environment.",
            credential: "api_key"
        ),
        .init(
            "agent.base_url",
            .text,
            nil,
            "Where the model's API is. Default: ANTHROPIC_BASE_URL of the service's environment, else the API's own "
                + "address."
        ),
        .init("agent.model", .text, nil, "The model that the driver claude is told. Default: the program's own."),
        .init("agent.fallback_model", .text, nil, "The model that takes over while the first is overloaded."),
        .init(
            "agent.permission_mode",
            .word(AgentOptions.PermissionMode.allCases.map(\.rawValue)),
            nil,
            "How tool calls are allowed that no rule of the task names. Default: acceptEdits with the process runtime, "
                + "bypassPermissions with docker."
        ),
        .init("agent.allowed_tools", .list, "[]", "Rules for tool calls that are allowed, such as Bash(git *)."),
        .init(
            "agent.on_permission_denied",
            .word(PermissionPolicy.allCases.map(\.rawValue)),
            "fail",
            "What a denied tool call means for a run whose agent else succeeded."
        ),
        .init(
            "agent.environment",
            .list,
            "[]",
            "NAME=VALUE entries for the agent's environment, which else holds next to nothing."
        ),
    ]

    private static let git: [ConfigurationKey] = [
        .init("git.username", .text, "Caretaker", "Whose name the agent's commits carry.").reloadable,
        .init("git.email", .text, "caretaker@localhost", "Whose address the agent's commits carry.").reloadable,
        .init(
            "git.ssh_key_file",
            .text,
            nil,
            "The private key for fetching and pushing over SSH.",
            credential: "ssh_key"
        ),
        .init(
            "git.known_hosts_file",
            .text,
            nil,
            "The pinned host keys. Default: GitHub's published ones.",
            credential: "known_hosts"
        ),
        .init(
            "git.https_token_file",
            .text,
            nil,
            "A file with the token for fetching and pushing over HTTPS.",
            credential: "https_token"
        ),
        .init("git.https_token_host", .text, "github.com", "The host that the HTTPS token is sent to, and no other."),
        .init(
            "repositories.local",
            .list,
            "[]",
            "With the docker runtime: the folders below which repositories of this machine may be used."
        ),
    ]

    private static let notify: [ConfigurationKey] = [
        .init(
            "notify.webhook",
            .text,
            nil,
            "The http or https URL that is told of failures, recoveries and overdue schedules. Default: nobody is told."
        ),
        .init(
            "notify.secret_file",
            .text,
            nil,
            "A file with the secret that notices are signed with: whsec_ and base 64, or any other text. Default: they "
                + "are not signed.",
            credential: "webhook_secret"
        ),
        .init(
            "notify.events",
            .list,
            nil,
            "What is told: some of " + Notice.Event.allCases.map(\.rawValue).joined(separator: ", ") + ". Default: all."
        ),
    ]

    private static let retention: [ConfigurationKey] = [
        .init(
            "retention.runs_age",
            .orNever(.age),
            "90d",
            "How long after its end a run goes, with all that is kept of it; figures and counts stay."
        ),
        .init(
            "retention.runs_per_task",
            .orNever(.integer(1...1_000_000)),
            "1000",
            "How many ended runs of a task stay at most; the oldest go. never: as many as there are."
        ),
        .init("retention.messages_age", .orNever(.age), "30d", "How long after its end the messages of a run go."),
        .init(
            "retention.results_age",
            .orNever(.age),
            "90d",
            "How long after its run's end what an agent made goes: commits and patch."
        ),
        .init("retention.slots_age", .orNever(.age), "400d", "How long records of skipped slots stay."),
        .init("retention.audit_age", .orNever(.age), "400d", "How long it is kept who changed what."),
        .init(
            "retention.mirrors_age",
            .orNever(.age),
            "30d",
            "How long after its last use the copy of a repository goes; the next run fetches it anew."
        ),
    ]

    private static let limits: [ConfigurationKey] = [
        .init("limits.startup", .duration, "2m", "Until an agent's first line."),
        .init("limits.idle", .duration, "15m", "Between two lines of an agent."),
        .init("limits.total", .duration, "2h", "For one step's agent."),
        .init("limits.linger", .duration, "30s", "How long an agent may linger after its result."),
        .init("limits.deadline", .duration, "6h", "For a whole run, from its start."),
        .init(
            "limits.output_bytes",
            .integer(65_536...(1 << 40)),
            "1073741824",
            "How much an agent may print in one step."
        ),
        .init(
            "limits.transcript_bytes",
            .integer(1024...(1 << 40)),
            "268435456",
            "How many bytes of a run's messages are stored; what comes after is not, and the run goes on."
        ),
        .init("timeouts.fetch", .duration, "30m", "For fetching a repository."),
        .init("timeouts.push", .duration, "10m", "For pushing a branch."),
        .init("timeouts.start", .duration, "1m", "Until an instance answers."),
        .init("timeouts.clone", .duration, "10m", "For the clone inside the instance."),
        .init("timeouts.export", .duration, "5m", "For exporting what the agent did."),
    ]
}
