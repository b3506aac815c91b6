import AgentStream
import Foundation
import TestSupport
import Testing

/// `caretaker apply` and `caretaker export` against a real service.
@Suite(.timeLimit(.minutes(3)))
struct FilesCommandTests {
    private static let task = """
        kind: task
        slug: tidy
        name: Tidy up
        steps:
          - instructions: |
              Tidy up.
              Then rest.
        settings:
          environment: { API_TOKEN: s3cr3t, DATABASE_URL: "postgres://user:s3cr3t@host/db" }
        schedules:
          - { slug: nightly, name: Nightly, repository: owner/name, expression: 0 3 * * *, zone: Europe/Berlin }

        """

    @Test func filesAreAppliedToldAndExportedAgain() async throws {
        try await ServiceUnderTest.with { service in
            let folder = try Self.write(Self.task, "tidy.yaml", of: service)
            let planned = try await Self.caretaker(service, ["apply", "-f", folder, "--dry-run"])
            #expect(planned.code == 0, "\(planned.error)")
            #expect(planned.output.contains("create task tidy (\(folder)/tidy.yaml)\n"))
            #expect(planned.output.contains("  steps.0.instructions:\n    @@\n    +Tidy up.\n    +Then rest.\n"))
            #expect(!planned.output.contains("s3cr3t"))
            #expect(try await service.query("tasks.list") == [])
            let applied = try await Self.caretaker(service, ["apply", "-f", folder])
            #expect(applied.output == planned.output + "applied\n")
            let again = try await Self.caretaker(service, ["apply", "-f", "\(folder)/tidy.yaml"])
            #expect(again.output == "2 unchanged\n")
            let exported = try await Self.caretaker(service, ["export", "--output", "\(service.folder)/out"])
            #expect(exported.code == 0, "\(exported.error)")
            let text = try String(contentsOfFile: "\(service.folder)/out/tidy.yaml", encoding: .utf8)
            #expect(text.contains("API_TOKEN: null") && !text.contains("s3cr3t"))
            #expect(try await Self.caretaker(service, ["export", "tidy"]).output == text)
            let there = try await Self.caretaker(service, ["export", "--output", "\(service.folder)/out"])
            #expect(there.code == 73)
            _ = try Self.write(text, "tidy.yaml", of: service)
            #expect(try await Self.caretaker(service, ["apply", "-f", folder]).output == "2 unchanged\n")
            let changed = text.replacingOccurrences(of: "Then rest.", with: "Then sleep.")
            _ = try Self.write(changed, "tidy.yaml", of: service)
            let update = try await Self.caretaker(service, ["apply", "-f", folder])
            #expect(update.output.contains("     Tidy up.\n    -Then rest.\n    +Then sleep.\n"), "\(update.output)")
            try FileManager.default.removeItem(atPath: "\(folder)/tidy.yaml")
            #expect(try await Self.caretaker(service, ["apply", "-f", folder]).output.contains("2 kept, 0 unchanged"))
            // A checkout that failed is no wish to delete everything.
            let empty = try await Self.caretaker(service, ["apply", "-f", folder, "--prune"])
            #expect(empty.code == 66 && empty.error.contains("holds no file, so nothing was deleted"))
            _ = try Self.write("kind: task\nslug: other\nname: x\nsteps: []\n", "other.yaml", of: service)
            let pruned = try await Self.caretaker(service, ["apply", "-f", folder, "--prune"])
            #expect(pruned.output.contains("delete task tidy"))
            #expect(try await service.query("tasks.list").array?.map { $0["slug"] } == ["other"])
        }
    }

    @Test func whatIsWrongIsToldWithItsPlaceAndNothingIsApplied() async throws {
        try await ServiceUnderTest.with { service in
            let folder = try Self.write(Self.task, "tidy.yaml", of: service)
            _ = try Self.write("kind: task\nslug: tidy\nname: x\nsteps: []\nstepz: 1\n", "b.yaml", of: service)
            let refused = try await Self.caretaker(service, ["apply", "-f", folder])
            #expect(refused.code == 65)
            #expect(refused.error.contains("\(folder)/b.yaml:5:1: stepz: There is no such field here.\n"))
            _ = try Self.write("kind: task\nslug: tidy\nname: x\nsteps: []\n", "b.yaml", of: service)
            let twice = try await Self.caretaker(service, ["apply", "-f", folder])
            #expect(
                twice.error.contains("\(folder)/b.yaml:2:1: slug: The task tidy is declared in \(folder)/b.yaml and ")
            )
            #expect(twice.error.contains("\(folder)/tidy.yaml:2:1: slug: "))
            _ = try Self.write("a: [", "b.yaml", of: service)
            #expect(try await Self.caretaker(service, ["apply", "-f", folder]).code == 65)
            #expect(try await Self.caretaker(service, ["apply", "-f", "\(folder)/none"]).code == 66)
            #expect(try await service.query("tasks.list") == [])
        }
    }

    @Test func whoNamesAnOwnerMayApplyFromAnywhere() async throws {
        try await ServiceUnderTest.with { service in
            let folder = try Self.write(Self.task, "tidy.yaml", of: service)
            let owner = ["--owner", "git:chores"]
            #expect(try await Self.caretaker(service, ["apply", "-f", folder] + owner).code == 0)
            let moved = "\(service.folder)/moved"
            try FileManager.default.moveItem(atPath: folder, toPath: moved)
            #expect(try await Self.caretaker(service, ["apply", "-f", moved] + owner).output == "2 unchanged\n")
            let task = try await service.query("tasks.byId", ["id": "tidy"])
            #expect(task["managedBy"] == "file:git:chores/tidy.yaml")
            let refused = try await Self.caretaker(service, ["task", "delete", "tidy"])
            #expect(refused.code == 70)
            #expect(refused.error.contains("is kept in git:chores/tidy.yaml"))
            #expect(try await Self.caretaker(service, ["apply", "-f", moved]).code == 65)
            #expect(try await Self.caretaker(service, ["apply", "-f", moved, "--force"]).code == 0)
        }
    }

    /// Writes a file into the folder of files; answers the folder.
    private static func write(_ text: String, _ name: String, of service: ServiceUnderTest) throws -> String {
        let folder = "\(service.folder)/files"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        return folder
    }

    private static func caretaker(_ service: ServiceUnderTest, _ arguments: [String]) async throws -> EndedCommand {
        try await EndedCommand.caretaker(arguments + ["--socket", service.socket])
    }
}
