import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

/// A service that keeps its tasks as the files of a folder say.
@Suite(.timeLimit(.minutes(5)))
struct TaskFolderTests {
    @Test func filesAreFollowedHoweverTheyAreWritten() async throws {
        try await Scene.run { scene in
            try scene.write(Self.task("one"), "one.yaml")
            try await scene.service.start()
            try await scene.expect(["one"])
            // As editors do: another file, then its name.
            try scene.write(Self.task("two"), ".two.yaml.swp")
            try FileManager.default.moveItem(
                atPath: "\(scene.folder)/.two.yaml.swp",
                toPath: "\(scene.folder)/two.yaml"
            )
            try await scene.expect(["one", "two"])
            try scene.write(Self.task("three"), "deep/er/three.yaml")
            try await scene.expect(["one", "two", "three"])
            try scene.write(Self.task("four"), "deep/er/three.yaml")
            try await scene.expect(["one", "two", "four"])
            try FileManager.default.removeItem(atPath: "\(scene.folder)/deep")
            try FileManager.default.removeItem(atPath: "\(scene.folder)/one.yaml")
            try await scene.expect(["two"])
            try await waitUntil { try await scene.service.query("audit.list").array?.count == 7 }
            let entries = try await scene.service.query("audit.list").array ?? []
            #expect(entries.allSatisfy { $0["via"] == "file" && $0["actor"]?.string == scene.folder })
            #expect(Set(entries.compactMap { $0["target"]?.string }) == ["one", "two", "three", "four"])
            let told = await scene.service.logLine { $0.contains("delete task one") }
            #expect(told?.contains("files of tasks were applied") == true)
        }
    }

    @Test func aFolderIsExchangedAsAWhole() async throws {
        try await Scene.run { scene in
            // As a cluster lays out a configuration: one link is swapped, and every file is another.
            try scene.write(Self.task("old"), "..1/a.yaml")
            try scene.write(Self.task("new"), "..2/a.yaml")
            let files = FileManager.default
            try files.createSymbolicLink(atPath: "\(scene.folder)/..data", withDestinationPath: "..1")
            try files.createSymbolicLink(atPath: "\(scene.folder)/a.yaml", withDestinationPath: "..data/a.yaml")
            try await scene.service.start()
            try await scene.expect(["old"])
            try files.createSymbolicLink(atPath: "\(scene.folder)/..next", withDestinationPath: "..2")
            #expect(rename("\(scene.folder)/..next", "\(scene.folder)/..data") == 0)
            try await scene.expect(["new"])
            try scene.write(Self.task("whole"), "../other/a.yaml")
            try files.moveItem(atPath: scene.folder, toPath: "\(scene.folder)-before")
            try files.moveItem(atPath: "\(scene.service.folder)/other", toPath: scene.folder)
            try await scene.expect(["whole"])
        }
    }

    @Test func aCheckoutOfAnotherBranchIsFollowed() async throws {
        try await Scene.run { scene in
            let names = ["a", "b", "c"]
            let files = names.map { ("\($0).yaml", Self.task($0)) }
            let repository = try await GitRepository(at: scene.folder, files: Dictionary(uniqueKeysWithValues: files))
            try await repository.git("checkout", "-q", "-b", "other")
            try await repository.git("rm", "-q", "b.yaml")
            for name in ["c", "d"] { try scene.write(Self.task(name, "Other \(name)"), "\(name).yaml") }
            try await repository.git("add", "-A")
            try await repository.git("commit", "-q", "-m", "two")
            try await scene.service.start()
            try await scene.expect(["a", "c", "d"])
            try await repository.git("checkout", "-q", "main")
            try await scene.expect(["a", "b", "c"])
            #expect(try await scene.service.query("tasks.byId", ["id": "c"])["name"] == "The c")
        }
    }

    @Test func aFileWithAFaultChangesNothingOfWhatItDeclared() async throws {
        try await Scene.run { scene in
            try scene.write(Self.task("a"), "a.yaml")
            try scene.write(Self.task("b"), "b.yaml")
            try await scene.service.start()
            try await scene.expect(["a", "b"])
            try scene.write("kind: task\nslug: a\nname: A\nstepz: []\n", "a.yaml")
            try scene.write(Self.task("c"), "b.yaml")
            // What a file with a fault was meant to declare may have been another's, so that nothing is deleted.
            try await scene.expect(["a", "b", "c"])
            try await scene.expectFault("\(scene.folder)/a.yaml:4:1: stepz: There is no such field here.")
            #expect(try await scene.service.query("tasks.byId", ["id": "a"])["name"] == "The a")
            // Nobody knows which of two is meant.
            try scene.write(Self.task("a", "Again"), "a.yaml")
            try scene.write(Self.task("a") + "---\n" + Self.task("d"), "b.yaml")
            try await scene.expectFault("is declared in")
            #expect(try await scene.slugs() == ["a", "b", "c"])
            try scene.write(Self.task("d"), "b.yaml")
            try await scene.expect(["a", "d"])
            try await scene.expectNoFault()
            #expect(try await scene.service.query("tasks.byId", ["id": "a"])["name"] == "Again")
            // It may be about to be written.
            try scene.write("", "b.yaml")
            try await scene.expectFault("\(scene.folder)/b.yaml: It declares nothing")
            #expect(try await scene.slugs() == ["a", "d"])
            try FileManager.default.removeItem(atPath: "\(scene.folder)/b.yaml")
            try await scene.expect(["a"])
            try await scene.expectNoFault()
        }
    }

    @Test func theFaultsAreToldByTheStatusWhichIsReady() async throws {
        try await Scene.run { scene in
            try scene.write("a: [", "a.yaml")
            try await scene.service.start()
            try await scene.expectFault("\(scene.folder)/a.yaml:2:1: This is no YAML")
            let line = await scene.service.logLine { $0.contains("\(scene.folder)/a.yaml:2:1: This is no YAML") }
            #expect(line?.contains("cannot be used") == true)
            let status = try await EndedCommand.caretaker(["status", "--socket", scene.service.socket])
            #expect(status.code == 0, "\(status.output)")
            #expect(status.output.contains("faulty") && status.output.contains("a.yaml:2:1: This is no YAML"))
            let page = String(decoding: try await scene.service.get("/"), as: UTF8.self)
            #expect(page.contains("a.yaml:2:1: This is no YAML") && !page.contains("Not ready"))
        }
    }

    @Test func aReloadLooksAtWhatNobodyCouldSeeChanging() async throws {
        try await Scene.run { scene in
            let outside = "\(scene.service.folder)/outside.yaml"
            try Data(Self.task("a").utf8).write(to: URL(fileURLWithPath: outside))
            try FileManager.default.createSymbolicLink(atPath: "\(scene.folder)/a.yaml", withDestinationPath: outside)
            try await scene.service.start()
            try await scene.expect(["a"])
            try Data(Self.task("b").utf8).write(to: URL(fileURLWithPath: outside))
            try await scene.reload()
            try await scene.expect(["b"])
        }
    }

    @Test func aReloadNamesAnotherFolderOrNone() async throws {
        try await Scene.run { scene in
            try scene.write(Self.task("a"), "a.yaml")
            try await scene.service.start()
            try await scene.expect(["a"])
            try scene.write(Self.task("a", "Moved"), "../other/a.yaml")
            try scene.write(Self.task("b"), "../other/b.yaml")
            try await scene.reload(with: "dir: \(scene.service.folder)/other")
            try await scene.expect(["a", "b"])
            // What the files of another folder declare is not taken from them unasked.
            try await scene.expectFault("The task a is kept in \(scene.folder)/a.yaml; force takes it over.")
            let other = "\(scene.service.folder)/other"
            let taking = ["apply", "-f", other, "--force", "--socket", scene.service.socket]
            #expect(try await EndedCommand.caretaker(taking).code == 0)
            try scene.write(Self.task("ignored"), "ignored.yaml")
            try scene.write(Self.task("c"), "../other/c.yaml")
            try await scene.expect(["a", "b", "c"])
            try await scene.expectNoFault()
            #expect(try await scene.service.query("tasks.byId", ["id": "a"])["name"] == "Moved")
            try await scene.reload(with: "prune: true")
            try await waitUntil { try await scene.check()["text"] == "tasks.dir names no folder" }
            #expect(try await scene.slugs() == ["a", "b", "c"])
        }
    }

    @Test func whatChangedWhileTheServiceWasAwayIsSeenAtItsStart() async throws {
        try await Scene.run { scene in
            for slug in ["a", "b"] { try scene.write(Self.task(slug), "\(slug).yaml") }
            try await scene.service.start()
            try await scene.expect(["a", "b"])
            _ = await scene.service.stop()
            try scene.write(Self.task("a", "Other"), "a.yaml")
            try FileManager.default.removeItem(atPath: "\(scene.folder)/b.yaml")
            try scene.write(Self.task("c"), "c.yaml")
            try await scene.service.start()
            try await scene.expect(["a", "c"])
            #expect(try await scene.service.query("tasks.byId", ["id": "a"])["name"] == "Other")
            try await waitUntil { try await scene.service.query("audit.list").array?.count == 5 }
            // Nothing changed: nothing is done.
            await scene.service.crash()
            try await scene.service.start()
            try await waitUntil { try await scene.check()["text"]?.string == "\(scene.folder) is applied" }
            #expect(try await scene.service.query("tasks.byId", ["id": "a"])["version"] == 2)
            #expect(try await scene.service.query("audit.list").array?.count == 5)
        }
    }

    @Test func withoutPruneWhatNoFileDeclaresStays() async throws {
        try await Scene.run { scene in
            try scene.write(Self.task("a"), "a.yaml")
            try scene.write(Self.task("b"), "b.yaml")
            try await scene.service.start()
            try await scene.reload(with: "dir: \(scene.folder)")
            try await scene.expect(["a", "b"])
            try FileManager.default.removeItem(atPath: "\(scene.folder)/a.yaml")
            try scene.write(Self.task("c"), "c.yaml")
            try await scene.expect(["a", "b", "c"])
            try await scene.reload(with: "dir: \(scene.folder), prune: true")
            try await scene.expect(["b", "c"])
        }
    }

    @Test func aFolderThatIsMissingOrEmptyDeletesNothing() async throws {
        try await Scene.run { scene in
            try FileManager.default.removeItem(atPath: scene.folder)
            try await scene.service.start()
            try await scene.expectFault("\(scene.folder): No such file or directory")
            try scene.write(Self.task("a"), "a.yaml")
            try await scene.expect(["a"])
            try await scene.expectNoFault()
            try FileManager.default.moveItem(atPath: scene.folder, toPath: "\(scene.folder)-away")
            try await scene.expectFault("\(scene.folder): No such file or directory")
            try FileManager.default.createDirectory(atPath: scene.folder, withIntermediateDirectories: true)
            try await scene.expectFault("\(scene.folder): There is no file; what was declared before stays.")
            #expect(try await scene.slugs() == ["a"])
            try scene.write(Self.task("b"), "b.yaml")
            try await scene.expect(["b"])
            try await scene.expectNoFault()
        }
    }

    @Test func aLinkOnTheWayToTheFolderIsFollowedWhereItLeads() async throws {
        try await Scene.run { scene in
            let files = FileManager.default
            try scene.write(Self.task("one"), "../releases/1/tasks/a.yaml")
            try scene.write(Self.task("two"), "../releases/2/tasks/a.yaml")
            try files.removeItem(atPath: scene.folder)
            let current = "\(scene.service.folder)/current"
            try files.createSymbolicLink(atPath: current, withDestinationPath: "releases/1")
            try files.createSymbolicLink(atPath: scene.folder, withDestinationPath: "\(current)/tasks")
            try await scene.service.start()
            try await scene.expect(["one"])
            try files.createSymbolicLink(atPath: "\(current)-next", withDestinationPath: "releases/2")
            #expect(rename("\(current)-next", current) == 0)
            try await scene.expect(["two"])
            let folder = "\(scene.service.folder)/releases/2/tasks"
            try files.moveItem(atPath: folder, toPath: "\(folder)-old")
            try scene.write(Self.task("three"), "../releases/2/tasks/a.yaml")
            try await scene.expect(["three"])
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func aServiceWithoutPrivilegesTellsWhatItMayNotRead() async throws {
        try await Scene.run { scene in
            try scene.write(Self.task("a"), "a.yaml")
            try scene.write(Self.task("b"), "deep/b.yaml")
            try await scene.service.become(64_123)
            try await scene.service.start()
            try await scene.expect(["a", "b"])
            chmod("\(scene.folder)/a.yaml", 0)
            chmod("\(scene.folder)/deep", 0)
            // As the user to whom it belongs could still change the modes.
            chown("\(scene.folder)/a.yaml", 0, 0)
            chown("\(scene.folder)/deep", 0, 0)
            try await scene.expectFault("\(scene.folder)/a.yaml: The file cannot be read")
            try await scene.expectFault("\(scene.folder)/deep: The folder cannot be read")
            try scene.write(Self.task("c"), "c.yaml")
            chmod("\(scene.folder)/c.yaml", 0o644)
            try await scene.expect(["a", "b", "c"])
            chmod(scene.folder, 0)
            chown(scene.folder, 0, 0)
            try await scene.expectFault("\(scene.folder): The folder cannot be read")
            chmod(scene.folder, 0o755)
            chmod("\(scene.folder)/a.yaml", 0o644)
            chmod("\(scene.folder)/deep", 0o755)
            try await scene.expectNoFault()
            try FileManager.default.removeItem(atPath: "\(scene.folder)/deep/b.yaml")
            try await scene.expect(["a", "c"])
        }
    }

    @Test func manyFilesAreAppliedAtOnce() async throws {
        try await Scene.run { scene in
            let slugs = Set((0..<600).map { "task-\($0)" })
            for slug in slugs { try scene.write(Self.task(slug), "\(slug.count)/\(slug).yaml") }
            try await scene.service.start()
            try await scene.expect(slugs)
            // What might never end is not read.
            #expect(mkfifo("\(scene.folder)/pipe.yaml", 0o600) == 0)
            try await scene.expectFault("\(scene.folder)/pipe.yaml: This is no regular file.")
            // While something cannot be read, nothing is deleted.
            unlink("\(scene.folder)/pipe.yaml")
            for slug in slugs where slug != "task-0" {
                try FileManager.default.removeItem(atPath: "\(scene.folder)/\(slug.count)/\(slug).yaml")
            }
            try await scene.expect(["task-0"])
        }
    }

    private static func task(_ slug: String, _ name: String? = nil) -> String {
        "kind: task\nslug: \(slug)\nname: \(name ?? "The \(slug)")\nsteps: [{ instructions: Do it }]\n"
    }

    /// A service that is yet to be started, and the folder of its tasks.
    private struct Scene {
        let service: ServiceUnderTest
        var folder: String { "\(service.folder)/tasks" }

        static func run(_ body: (Scene) async throws -> Void) async throws {
            let service = try ServiceUnderTest { folder in
                """
                agent: { command: [/bin/true] }
                tasks: { dir: \(folder)/tasks, prune: true }
                """
            }
            try await service.keep { service in
                let scene = Scene(service: service)
                try FileManager.default.createDirectory(atPath: scene.folder, withIntermediateDirectories: true)
                try await body(scene)
            }
        }

        func write(_ text: String, _ name: String) throws {
            let path = URL(fileURLWithPath: "\(folder)/\(name)").standardized
            let parent = path.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: path)
        }

        func slugs() async throws -> Set<String> {
            Set((try await service.query("tasks.list").array ?? []).compactMap { $0["slug"]?.string })
        }

        /// Waits until there are these tasks.
        func expect(_ expected: Set<String>) async throws {
            try await waitUntil { try await slugs() == expected }
        }

        /// What the check of the files finds.
        func check() async throws -> JSONValue {
            let status = try await EndedCommand.caretaker(["status", "--format", "json", "--socket", service.socket])
            let checks = try JSONValue(parsing: Array(status.output.utf8))["checks"]?.array ?? []
            return try #require(checks.first { $0["name"] == "files" })
        }

        func expectFault(_ text: String) async throws {
            try await waitUntil {
                let check = try await check()
                return check["ok"] == false && check["remedy"]?.string?.contains(text) == true
            }
        }

        func expectNoFault() async throws {
            try await waitUntil { try await check()["ok"] == true }
        }

        /// Reloads, with another line of the folder if one is given.
        func reload(with line: String? = nil) async throws {
            if let line {
                let lines = try String(contentsOfFile: service.configuration, encoding: .utf8)
                    .split(separator: "\n").map { $0.hasPrefix("tasks:") ? "tasks: { \(line) }" : String($0) }
                try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: service.configuration))
            }
            let reload = try await EndedCommand.caretaker(["reload", "--socket", service.socket])
            #expect(reload.code == 0, "\(reload.error)")
        }
    }
}
