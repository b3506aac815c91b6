import AgentStream
import ArgumentParser

/// `caretaker schedule create`.
struct ScheduleCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a schedule; prints its slug.",
        discussion: """
            --at takes five cron fields or a macro: '30 2 * * 1-5', 'H H(1-5) * * *', '@daily', '@every 90m', \
            '@at 2026-03-08T02:30:00Z', '@manual'. `caretaker schedule preview` shows what one comes to.

              caretaker schedule create Nightly --task tidy-up --repository o/n --at @daily
            """
    )

    @Argument(help: "The schedule's name.")
    var name: String

    @Option(help: "The task's slug or id.")
    var task: String

    @Option(help: "owner/name on GitHub, a URL, or a path of the service's machine.")
    var repository: String

    @Option(help: "When it is due: a cron expression.")
    var at: String

    @Option(help: "The time zone, such as Europe/Berlin. Default: schedules.timezone, else that of the service's host.")
    var zone: String?

    @Option(help: "A branch, a tag or a full commit. Default: the repository's HEAD.")
    var ref: String?

    @OptionGroup(title: "Policy") var policy: SchedulePolicyOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            var input: JSONObject = [
                "name": .string(name), "task": .string(task), "repository": .string(repository),
                "expression": .string(at),
            ]
            input["zone"] = zone.map { .string($0) }
            input["ref"] = ref.map { .string($0) }
            if !policy.wire.isEmpty { input["policy"] = .object(policy.wire) }
            let made = try await ServiceClient(connection).mutate("schedules.create", .object(input))
            connection.show(made, naming: "slug") { print(made["slug"]?.string ?? "") }
        }
    }
}
