import AgentStream
import ArgumentParser

/// `caretaker run show`.
struct RunShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a run and how its steps ended.",
        discussion: """
              caretaker run show RUN
              caretaker run show RUN --format yaml
            """
    )

    @OptionGroup var target: RunTarget

    func run() async throws {
        try await reporting {
            // A table has no place for the conversation, which may be long.
            let input: JSONValue = [
                "id": .string(target.run), "messages": .bool(target.connection.format != .table),
            ]
            let run = try await ServiceClient(target.connection).query("runs.byId", input)
            target.connection.show(run, naming: "id") { show(run) }
        }
    }

    private func show(_ run: JSONValue) {
        let settings = run["settings"]?.object.map { String(decoding: JSONValue.object($0).encoded, as: UTF8.self) }
        Output.fields(
            [
                ("run", run["id"]?.string), ("task", run["name"]?.string),
                ("version", run["taskVersion"]?.int.map(String.init)), ("repository", run["repository"]?.string),
                ("ref", run["ref"]?.string), ("state", RunEnd.shown(run)), ("detail", run["detail"]?.string),
                ("position", run["position"]?.int.map(String.init)), ("commit", run["commit"]?.string),
            ] + Self.times(run) + [
                ("cost", run["costUSD"]?.double.map(Amounts.dollars)), ("model", run["model"]?.string),
                ("priority", run["priority"]?.int.flatMap { $0 == 0 ? nil : "\($0)" }),
                ("retry of", run["retryOf"]?.string), ("trigger", run["trigger"]?.string),
                ("schedule", run["scheduleId"]?.string), ("slot", run["slot"]?.string),
                ("transcript", run["transcript"] == "expired" ? "not kept any more" : nil), ("settings", settings),
                ("result", result(of: run)),
            ]
        )
        let steps = (run["executions"]?.array ?? []).filter { $0["endedBy"]?.string != nil }
        guard !steps.isEmpty else { return }
        print()
        Output.table(["STEP", .cut("ENDED", 2), "COST", .cut("MODEL", 1)], steps.map(Self.row))
    }

    private static func times(_ run: JSONValue) -> [(String, String?)] {
        [
            ("created", "createdAt"), ("not before", "notBefore"), ("started", "startedAt"),
            ("cancelled", "cancelRequestedAt"), ("finished", "finishedAt"),
        ].map { ($0, run[$1]?.string) }
    }

    private static func row(_ step: JSONValue) -> [String] {
        let code = step["exitCode"]?.int.map { " (exit \($0))" }
        let signal = step["signal"]?.int.map { " (signal \($0))" }
        return [
            "\((step["step"]?.int ?? 0) + 1)", (step["endedBy"]?.string ?? "") + (code ?? signal ?? ""),
            step["costUSD"]?.double.map(Amounts.dollars) ?? "", step["model"]?.string ?? "",
        ]
    }

    private func result(of run: JSONValue) -> String? {
        if run["resultExpired"]?.bool == true { return "not kept any more" }
        return run["hasResult"]?.bool == true ? "caretaker run result \(target.run)" : nil
    }
}
