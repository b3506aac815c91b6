import AgentStream
import Foundation
import TestSupport
import Testing

/// In which forms commands answer: for people, for programs, and for scripts that want names only.
@Suite(.timeLimit(.minutes(3)))
struct OutputFormatTests {
    private static let name = "日本語の長い名前のタスク " + String(repeating: "e\u{301}tude ", count: 12)

    @Test func everyCommandThatPrintsDataSpeaksAllForms() async throws {
        try await Self.withRun { service, run in
            for command in Self.commands(run, service) {
                let socket = command.first == "check" ? [] : ["--socket", service.socket]
                let json = try await EndedCommand.caretaker(command + socket + ["--format", "json"])
                #expect(json.code == 0, "\(command): \(json.error)")
                let value = try JSONValue(parsing: json.output)
                let yaml = try await EndedCommand.caretaker(command + socket + ["--format", "yaml"])
                #expect(yaml.code == 0, "\(command): \(yaml.error)")
                for key in (value.array?.first ?? value).object?.map(\.key) ?? [] {
                    #expect(yaml.output.contains("\(key):"), "\(command) \(key)")
                }
                let text = try await EndedCommand.caretaker(command + socket + ["--format", "text"])
                let table = try await EndedCommand.caretaker(command + socket)
                #expect(text.code == 0 && table.code == 0, "\(command): \(text.error)")
            }
        }
    }

    @Test func quietListsAreNamesOnly() async throws {
        try await Self.withRun { service, run in
            let lists = [
                (["task", "list"], "a-task"), (["schedule", "list"], "nightly"), (["run", "list"], run),
                (["token", "list"], "ci"), (["instance", "list"], run),
            ]
            for (command, name) in lists {
                let quiet = try await EndedCommand.caretaker(command + ["--quiet", "--socket", service.socket])
                let lines = quiet.output.split(separator: "\n")
                #expect(lines.count == 1 && lines.first?.contains(" ") == false, "\(command): \(quiet.output)")
                if command.first != "instance" { #expect(lines.first?.description == name, "\(quiet.output)") }
            }
            let created = try await EndedCommand.caretaker(
                ["task", "create", "Two", "--step", "x", "-q", "--socket", service.socket]
            )
            #expect(created.output == "two\n")
            let follow = ["run", "start", "two", "--repository", "\(service.folder)/repository", "--follow", "-q"]
            let followed = try await EndedCommand.caretaker(follow + ["--socket", service.socket])
            #expect(followed.output.split(separator: "\n").count == 1, "\(followed.output)")
        }
    }

    @Test(arguments: [100, 80, 60] as [UInt16])
    func tablesFitTheTerminal(_ columns: UInt16) async throws {
        try await Self.withRun { service, run in
            for command in [["task", "list"], ["run", "list"], ["schedule", "list"], ["instance", "list"]] {
                let (code, text) = try await PseudoTerminal.run(
                    Binaries.path("caretaker"),
                    command + ["--socket", service.socket],
                    columns: columns
                )
                let lines = text.components(separatedBy: "\r\n").filter { !$0.isEmpty }
                #expect(code == 0 && lines.count == 2, "\(text)")
                #expect(lines.allSatisfy { TextWidth.columns(of: $0) <= Int(columns) }, "\(command): \(text)")
                if command.first == "run" { #expect(text.contains(run)) }
            }
            let whole = try await EndedCommand.caretaker(["task", "list", "--socket", service.socket])
            #expect(whole.output.contains(Self.name.trimmingCharacters(in: .whitespaces)), "\(whole.output)")
        }
    }

    @Test func aPatchIsPrintedAsItIsAndShownInColour() async throws {
        try await Self.withRun { service, run in
            let diff = ["run", "diff", run, "--socket", service.socket]
            let raw = try await EndedCommand.caretaker(diff)
            let patch = try await service.get("/runs/\(run)/work.patch")
            #expect(raw.code == 0 && raw.output == String(decoding: patch, as: UTF8.self) && !patch.isEmpty)
            let (code, text) = try await PseudoTerminal.run(Binaries.path("caretaker"), diff)
            #expect(code == 0 && text.contains("\u{1B}[32m+"), "\(text)")
        }
    }

    @Test func versionsOfATaskCanBeLookedAt() async throws {
        try await Self.withRun { service, _ in
            _ = try await service.mutate("tasks.update", ["id": "a-task", "name": "New", "steps": []])
            let history = try await EndedCommand.caretaker(["task", "history", "a-task", "--socket", service.socket])
            #expect(history.output.contains("VERSION") && history.output.contains("\n1 "), "\(history.output)")
            let old = ["task", "show", "a-task", "--task-version", "1", "--format", "json", "--socket", service.socket]
            let shown = try JSONValue(parsing: try await EndedCommand.caretaker(old).output)
            #expect(shown["version"] == 1 && shown["name"] == "A task")
        }
    }

    private static func commands(_ run: String, _ service: ServiceUnderTest) -> [[String]] {
        [
            ["task", "list"], ["task", "show", "a-task"], ["task", "history", "a-task"], ["run", "list"],
            ["run", "show", run], ["run", "result", run], ["schedule", "list"], ["schedule", "show", "nightly"],
            ["schedule", "slots", "nightly"], ["schedule", "preview", "@daily"], ["schedule", "pause-state"],
            ["token", "list"], ["audit"], ["figures"], ["status"], ["reap", "--dry-run"], ["instance", "list"], ["top"],
            ["check", "--state-dir", service.state],
        ]
    }

    /// A service with one task, one schedule, one token and one run that has ended.
    private static func withRun(_ body: (ServiceUnderTest, String) async throws -> Void) async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            _ = try await service.mutate(
                "tasks.create",
                ["name": .string("A task"), "steps": [["instructions": "dirty", "checks": ""]]]
            )
            _ = try await service.mutate(
                "tasks.update",
                ["id": "a-task", "name": .string(name), "steps": [["instructions": "dirty", "checks": ""]]]
            )
            _ = try await service.mutate(
                "schedules.create",
                [
                    "name": "Nightly", "task": "a-task", "repository": .string(repository.path),
                    "expression": "@daily",
                ]
            )
            _ = try await service.mutate("tokens.create", ["name": "ci", "role": "read"])
            let input: JSONValue = ["taskId": "a-task", "repository": .string(repository.path)]
            let run = try await service.mutate("runs.create", input)["id"]?.string ?? ""
            #expect(try await service.end(of: run).state == "succeeded")
            try await body(service, run)
        }
    }
}
