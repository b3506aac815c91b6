import AgentStream
import ArgumentParser
import Glibc
import Model

/// `caretaker run`: starts runs and looks at them.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Starts, lists, shows, cancels and retries runs.",
        subcommands: [Start.self, List.self, Show.self, Logs.self, Cancel.self, Retry.self, Result.self]
    )

    /// `caretaker run start`.
    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Starts a run of a task.",
            discussion: """
                With --follow the messages are shown as they come, and the exit code is 0 succeeded, 1 failed, \
                2 cancelled, 3 timed out, 4 lost, 64 wrong usage.
                """
        )

        @Argument(help: "The task's slug or id.")
        var task: String

        @Option(help: "owner/name on GitHub, a URL, or a path of the service's machine.")
        var repository: String

        @Option(help: "A branch, a tag or a full commit. Default: the repository's HEAD.")
        var ref: String?

        @Flag(help: "Shows the messages until the run has ended.")
        var follow = false

        @OptionGroup var transcript: TranscriptOptions

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let client = try ServiceClient(connection)
                var input: JSONObject = ["taskId": .string(task), "repository": .string(repository)]
                input["ref"] = ref.map { .string($0) }
                let run = try await client.mutate("runs.create", .object(input))
                let id = run["id"]?.string ?? ""
                guard follow else { return connection.format == .json ? Output.json(run) : print(id) }
                if connection.format == .text { print("run \(id)") }
                let follower = RunFollower(client: client, format: connection.format, options: transcript.text)
                throw ExitCode(try await follower.follow(id, after: 0).exitCode)
            }
        }
    }

    /// `caretaker run list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists runs, newest first.")

        @Option(help: "Only runs of this task.")
        var task: String?

        @Option(help: "Only runs of this schedule.")
        var schedule: String?

        @Option(help: "Only runs in this state.")
        var state: String?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                var input: JSONObject = ["limit": JSONValue(limit)]
                input["taskId"] = task.map { .string($0) }
                input["scheduleId"] = schedule.map { .string($0) }
                input["state"] = state.map { .string($0) }
                let runs = try await ServiceClient(connection).query("runs.list", .object(input))
                guard connection.format == .text else { return Output.json(runs) }
                Output.table(
                    ["RUN", "TASK", "REPOSITORY", "STATE", "CREATED", "COST"],
                    (runs.array ?? []).map { run in
                        [
                            run["id"]?.string ?? "", run["name"]?.string ?? "", run["repository"]?.string ?? "",
                            RunEnd.shown(run), run["createdAt"]?.string ?? "",
                            run["costUSD"]?.double.map(Output.dollars) ?? "",
                        ]
                    }
                )
            }
        }
    }

    /// `caretaker run show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a run.")

        @OptionGroup var target: RunTarget

        func run() async throws {
            try await reporting {
                let run = try await ServiceClient(target.connection).query("runs.byId", target.input)
                guard target.connection.format == .text else { return Output.json(run) }
                Output.fields([
                    ("run", run["id"]?.string), ("task", run["name"]?.string),
                    ("repository", run["repository"]?.string), ("ref", run["ref"]?.string),
                    ("state", RunEnd.shown(run)), ("detail", run["detail"]?.string),
                    ("position", run["position"]?.int.map(String.init)), ("commit", run["commit"]?.string),
                    ("created", run["createdAt"]?.string), ("started", run["startedAt"]?.string),
                    ("finished", run["finishedAt"]?.string), ("cost", run["costUSD"]?.double.map(Output.dollars)),
                    ("retry of", run["retryOf"]?.string), ("trigger", run["trigger"]?.string),
                    ("schedule", run["scheduleId"]?.string), ("slot", run["slot"]?.string),
                    ("not before", run["notBefore"]?.string),
                    ("transcript", run["transcript"] == "expired" ? "not kept any more" : nil),
                    ("result", result(of: run)),
                ])
            }
        }

        private func result(of run: JSONValue) -> String? {
            if run["resultExpired"]?.bool == true { return "not kept any more" }
            return run["hasResult"]?.bool == true ? "caretaker run result \(target.run)" : nil
        }
    }

    /// `caretaker run logs`.
    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows what happened in a run.",
            discussion: """
                On a terminal in colour; what an agent wrote cannot do a terminal harm. With --follow also the text \
                that is being written, until it is complete. --format json prints the messages as they are stored.
                """
        )

        @Flag(help: "Waits for more until the run has ended.")
        var follow = false

        @Option(help: "Only messages after this number.")
        var after = 0

        @OptionGroup var transcript: TranscriptOptions

        @OptionGroup var target: RunTarget

        func run() async throws {
            try await reporting {
                let client = try ServiceClient(target.connection)
                let format = target.connection.format
                let follower = RunFollower(client: client, format: format, options: transcript.text)
                if follow {
                    _ = try await follower.follow(target.run, after: after)
                } else {
                    try await follower.printStored(target.run, after: after)
                }
            }
        }
    }

    /// `caretaker run cancel`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a run; what the agent did is kept.")

        @OptionGroup var target: RunTarget

        func run() async throws {
            try await reporting {
                let run = try await ServiceClient(target.connection).mutate("runs.cancel", target.input)
                target.connection.format == .json ? Output.json(run) : print(RunEnd.shown(run))
            }
        }
    }

    /// `caretaker run retry`.
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Starts a new run that repeats one which has ended.")

        @OptionGroup var target: RunTarget

        func run() async throws {
            try await reporting {
                let run = try await ServiceClient(target.connection).mutate("runs.retry", target.input)
                target.connection.format == .json ? Output.json(run) : print(run["id"]?.string ?? "")
            }
        }
    }

    /// `caretaker run result`.
    struct Result: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows what the agent did, or writes it to files.")

        @Option(help: "Writes the commits to this file, as a git bundle.")
        var bundle: String?

        @Option(help: "Writes the uncommitted work to this file, as a patch.")
        var patch: String?

        @OptionGroup var target: RunTarget

        func run() async throws {
            try await reporting {
                let client = try ServiceClient(target.connection)
                let result = try await client.query("runs.result", target.input)
                guard !result.isNull else { throw Failure("Run \(target.run) has kept no work.", code: EX_SOFTWARE) }
                if let bundle { try await download(client, result["bundleUrl"], to: bundle, "commits") }
                if let patch { try await download(client, result["patchUrl"], to: patch, "uncommitted work") }
                guard target.connection.format == .text else { return Output.json(result) }
                show(result)
            }
        }

        private func download(_ client: ServiceClient, _ path: JSONValue?, to file: String, _ what: String) async throws
        {
            guard let path = path?.string else {
                throw Failure("Run \(target.run) has no \(what).", code: EX_SOFTWARE)
            }
            try await client.download(path, to: file)
        }

        private func show(_ result: JSONValue) {
            Output.fields([
                ("base", result["base"]?.string), ("head", result["head"]?.string),
                ("branch", result["branch"]?.string), ("pushed to", result["pushedTo"]?.string),
                ("bundle", result["bundleBytes"]?.int.map { "\($0) bytes" }),
                ("patch", result["patchBytes"]?.int.map { "\($0) bytes" }),
            ])
            for commit in result["commits"]?.array ?? [] {
                let text = "\((commit["sha"]?.string ?? "").prefix(12))  \(commit["subject"]?.string ?? "")"
                print(VisibleText.oneLine(text))
            }
            for notice in result["notices"]?.array ?? [] { print(VisibleText.oneLine(notice.string ?? "")) }
        }
    }
}

/// The run that a command is about.
struct RunTarget: ParsableArguments {
    @Argument(help: "The run's id.")
    var run: String

    @OptionGroup var connection: ConnectionOptions

    var input: JSONValue { ["id": .string(run)] }
}
