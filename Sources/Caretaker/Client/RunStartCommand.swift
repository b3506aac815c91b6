import AgentStream
import ArgumentParser

/// `caretaker run start`.
struct RunStartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Starts a run of a task.",
        discussion: """
            With --follow the messages are shown as they come, and the exit code is 0 succeeded, 1 failed, \
            2 cancelled, 3 timed out, 4 lost, 64 wrong usage.

              caretaker run start tidy-up --repository o/n --follow
              caretaker run start tidy-up --repository o/n --model sonnet --max-budget 1
              caretaker run start tidy-up --repository /srv/git/n --ref v2 --priority 10
              caretaker run start tidy-up --like RUN --model opus
            """
    )

    @Argument(help: "The task's slug or id.")
    var task: String

    @Option(help: "owner/name on GitHub, a URL, or a path of the service's machine.")
    var repository: String?

    @Option(help: "An earlier run of the task, whose repository, ref, priority and settings hold where none are given.")
    var like: String?

    @Option(help: "A branch, a tag or a full commit. Default: the repository's HEAD.")
    var ref: String?

    @Option(help: "Runs of a higher priority start first. Default: the task's.")
    var priority: Int?

    @OptionGroup(title: "Instead of the task's settings") var settings: SettingOptions

    @Flag(help: "Shows the messages until the run has ended.")
    var follow = false

    @OptionGroup var transcript: TranscriptOptions

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard repository != nil || like != nil else { throw ValidationError("--repository is missing.") }
    }

    func run() async throws {
        try await reporting {
            let client = try ServiceClient(connection)
            var input = try input
            if let like { input = try await RunModel.input(input, like: like, client) }
            let run = try await client.mutate("runs.create", .object(input))
            let id = run["id"]?.string ?? ""
            guard follow else { return connection.show(run, naming: "id") { print(id) } }
            if connection.format == .table { print(connection.output.quiet ? id : "run \(id)") }
            let follower = RunFollower(client: client, output: connection.output, options: transcript.text)
            throw ExitCode(try await follower.follow(id, after: 0).exitCode)
        }
    }

    private var input: JSONObject {
        get throws {
            var input: JSONObject = ["taskId": .string(task)]
            input["repository"] = repository.map { .string($0) }
            input["ref"] = ref.map { .string($0) }
            input["priority"] = priority.map { JSONValue($0) }
            let settings = try settings.wire
            if !settings.isEmpty { input["settings"] = .object(settings) }
            return input
        }
    }
}
