import AgentStream
import ArgumentParser
import Foundation
import Glibc

/// `caretaker task edit`.
struct TaskEditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Opens a task in your editor, as YAML, and makes what you save its next version.",
        discussion: """
            The editor is $VISUAL, else $EDITOR, else editor or vi. What is wrong is told as a comment at its line, and \
            the editor opens again; saving the same once more gives up, and a file keeps what you typed. Runs keep the \
            version that they began with.

              caretaker task edit tidy-up
              VISUAL='code --wait' caretaker task edit tidy-up
            """
    )

    @Argument(help: "The task's slug or id.")
    var task: String

    @OptionGroup var force: ForceOption
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let client = try ServiceClient(connection)
            let found = try await client.query("tasks.byId", ["id": .string(task)])
            guard !found.isNull else { throw Failure("There is no task \(task).", code: EX_SOFTWARE) }
            let file = try DraftFile(for: found["slug"]?.string ?? "task", TaskDraft.text(of: found))
            do {
                let changed = try await change(found, file, client)
                file.remove()
                guard let changed else { return Self.tell("nothing was changed") }
                connection.show(changed, naming: "slug") {
                    print("\(changed["slug"]?.string ?? ""): version \(changed["version"]?.int ?? 0)")
                }
            } catch let failure as Failure {
                throw Failure("\(failure.message)\nwhat you typed is kept in \(file.path)", code: failure.code)
            }
        }
    }

    /// Has the task edited until it can be saved; nil when nothing was changed.
    private func change(_ task: JSONValue, _ file: DraftFile, _ client: ServiceClient) async throws -> JSONValue? {
        var refused: TaskDraft?
        while true {
            try Editor.open(file.path)
            let draft = TaskDraft(try file.read(), in: file.path)
            if draft.isEmpty { return nil }
            if draft == refused { throw Failure("the task was not changed", code: EX_DATAERR) }
            var problems: [TaskFileProblem]
            do {
                let content = try draft.content()
                if content == TaskDraft.content(of: task) { return nil }
                let input = JSONObject(
                    [JSONObject.Member(key: "id", value: task["id"] ?? .null)]
                        + [JSONObject.Member(key: "version", value: task["version"] ?? .null)] + content
                )
                return try await client.mutate("tasks.update", force.adding(to: input))
            } catch let found as TaskDraft.Problems {
                problems = found.problems
            } catch let failure as Failure where !failure.issues.isEmpty {
                problems = failure.issues.map(draft.problem)
            }
            for problem in problems { Self.tell(problem.description) }
            try file.write(draft.telling(problems))
            refused = draft
        }
    }

    private static func tell(_ text: String) {
        FileHandle.standardError.write(Data("caretaker: \(text)\n".utf8))
    }
}
