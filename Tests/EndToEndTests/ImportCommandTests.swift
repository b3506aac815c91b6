import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

/// `caretaker import` against a real service, with databases as the original makes them.
@Suite(.timeLimit(.minutes(5)))
struct ImportCommandTests {
    @Test func tasksRunsAndMessagesComeOnceWithTheirTimes() async throws {
        try await ServiceUnderTest.with { service in
            let file = try OriginalFile("\(service.folder)/dev.db")
            try file.addTask("cma1", "Tidy up")
            try file.addTask("cma2", "Tidy  up")
            try file.addRun("cmb1", of: "cma1", name: "Tidy before", messages: OriginalFile.conversation(4))
            try file.addRun("cmb2", of: "cma1", name: "Tidy up", createdAt: 1_747_510_000_000)
            try file.addInstance(of: "cmb1")
            let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
            let planned = try await Self.load(file, service, ["--dry-run"])
            #expect(planned.code == 0, "\(planned.error)")
            #expect(planned.output.hasSuffix(Self.summary("would import", tasks: 2, runs: 2, messages: 4)))
            #expect(try await service.query("tasks.list") == [])
            let done = try await Self.load(file, service)
            #expect(done.code == 0, "\(done.error)")
            #expect(
                done.output == """
                    task cma2 has the slug tidy-up-2, as tidy-up is taken
                    1 instance not taken: what containers there are stay where they are
                    \(Self.summary("imported", tasks: 2, runs: 2, messages: 4))
                    """
            )
            #expect(done.error.isEmpty)
            let again = try await Self.load(file, service)
            #expect(again.output.contains("there already: 2 tasks, 2 runs; not taken: 0"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
            try await Self.look(service)
        }
    }

    /// The task goes by its old id, and the run is found, shown, and started by nobody.
    private static func look(_ service: ServiceUnderTest) async throws {
        let task = try await service.query("tasks.byId", ["id": "cma1"])
        #expect(task["createdAt"] == "2025-05-17T16:40:00.000Z" && task["version"] == 2)
        let runs = try await service.query("runs.list").array ?? []
        #expect(runs.map { $0["createdAt"]?.string } == ["2025-05-17T19:26:40.000Z", "2025-05-17T16:40:00.000Z"])
        #expect(runs.allSatisfy { $0["state"] == "lost" && $0["costUSD"] == .null })
        let id = try #require(runs.last?["id"]?.string)
        #expect(runs.last?["detail"]?.string?.contains("where it was cmb1;") == true)
        #expect(runs.last?["name"] == "Tidy before")
        #expect(try await service.messages(of: id).count == 4)
        let page = String(decoding: try await service.get("/runs/\(id)"), as: UTF8.self)
        for text in ["Executing prompt...", "Äußerst 3 ordentlich", "cmb1", "octocat/Hello-World", ">lost<"] {
            #expect(page.contains(text), "\(text)")
        }
        let listed = try await caretaker(service, ["run", "list"])
        #expect(listed.output.contains(id) && listed.output.contains("lost"))
        let shown = try await caretaker(service, ["run", "show", id])
        #expect(shown.code == 0, "\(shown.error)")
        #expect(try await service.query("figures.days") == [])
        #expect(try await service.query("instances.list") == [])
        let audit = try await service.query("audit.list").array ?? []
        let called = Set(audit.compactMap { $0["procedure"]?.string })
        #expect(called.isSuperset(of: ["imports.tasks", "imports.runs"]))
        // And it can be done again here.
        let retry = try await service.mutate("runs.retry", ["id": .string(id)])
        #expect(retry["id"] != nil)
    }

    @Test func whatCannotBeTakenAsItIsIsTold() async throws {
        try await ServiceUnderTest.with { service in
            let file = try OriginalFile("\(service.folder)/dev.db")
            try file.addTask("a b", "")
            try file.addTask("long", String(repeating: "n", count: 300), steps: "{}")
            try file.addTask("日本", "日本", steps: #"[{"instructions":"x\u0000y"}]"#)
            try file.addRun("r1", of: "long", steps: "null", messages: #"[{"type":"assistant"},{"#)
            try file.addRun("r2", of: "a b", messages: "7")
            try file.execute("PRAGMA foreign_keys = OFF")
            try file.execute("INSERT INTO TaskRun VALUES ('r3', 'x', 5, 'gone', 'Was', 'o/n', '[]', '[]')")
            try file.execute("INSERT INTO TaskRun VALUES ('', 5, 5, 'long', 'Was', 'o/n', '[]', '[]')")
            let done = try await Self.load(file, service)
            #expect(done.code == 1)
            for line in [
                "task a b has no name and is called Unnamed", "task long has only the first of its name, which is: nnn",
                "task long has no steps", "task 日本 has U+FFFD where it had U+0000", "task 日本 has the id 0",
                "task gone was gone, and comes deleted", "run r1 has no steps", "run r1 has messages that are no list",
                "run r2 has messages that are no list", "run r3 has a time that cannot be read",
                "run  was not taken: its id has no or too many letters",
            ] {
                #expect(done.output.contains(line), "\(line)\n\(done.output)")
            }
            #expect(done.output.contains("imported 4 tasks, 3 runs, 2 messages"), "\(done.output)")
            #expect(try await service.query("tasks.list").array?.count == 3)
            #expect(try await service.query("runs.list").array?.count == 3)
            let again = try await Self.load(file, service)
            #expect(again.output.contains("imported 0 tasks, 0 runs, 0 messages; there already: 4 tasks, 3 runs"))
        }
    }

    @Test func aFileThatIsNoneOfTheOriginalsIsRefusedWithWhatItLacks() async throws {
        try await ServiceUnderTest.with { service in
            let old = try OriginalFile("\(service.folder)/old.db", migrations: 3)
            let refused = try await Self.load(old, service)
            #expect(refused.code == 65)
            #expect(refused.error.contains("its table TaskRun has no column taskId"), "\(refused.error)")
            let none = try await Self.caretaker(service, ["import", "\(service.folder)/none.db"])
            #expect(none.code == 66)
            let text = try await Self.caretaker(service, ["import", service.configuration])
            #expect(text.code == 65 && text.error.contains("cannot be read as a database"), "\(text.error)")
        }
    }

    @Test func brokenOffOnEitherSideNothingIsHalfAndTheRestComesWithTheNext() async throws {
        try await ServiceUnderTest.with { service in
            let file = try OriginalFile("\(service.folder)/dev.db")
            try file.addTask("t", "T")
            for number in 0..<30 {
                try file.addRun("r\(number)", of: "t", messages: OriginalFile.conversation(150, size: 4000))
            }
            // Larger than any call may be.
            try file.addRun("long", of: "t", messages: OriginalFile.conversation(3, size: 3_000_000))
            for isClient in [true, false] {
                let there = try await Self.runs(service).count
                let command = try ChildProcess(
                    Binaries.path("caretaker"),
                    ["import", file.path, "--socket", service.socket],
                    environment: [:]
                )
                while try await Self.runs(service).count < there + 2 {}
                if isClient {
                    command.send(SIGKILL)
                } else {
                    await service.crash()
                }
                _ = await command.exit()
                if !isClient { try await service.start() }
                for run in try await Self.runs(service) {
                    let count = try await service.messages(of: run).count
                    #expect(count == 150 || count == 3)
                }
            }
            let rest = try await Self.load(file, service)
            #expect(rest.code == 0, "\(rest.error)")
            #expect(try await Self.runs(service).count == 31)
            var count = 0
            for run in try await Self.runs(service) { count += try await service.messages(of: run).count }
            #expect(count == 30 * 150 + 3)
        }
    }

    @Test func aLargeDatabaseComesWhole() async throws {
        let (runs, messages) = isSoak ? (200, 500) : (20, 100)
        try await ServiceUnderTest.with { service in
            let file = try OriginalFile("\(service.folder)/dev.db", hasLog: true)
            try file.addTask("t", "T")
            for number in 0..<runs {
                try file.addRun("r\(number)", of: "t", messages: OriginalFile.conversation(messages, size: 1000))
            }
            let done = try await Self.load(file, service)
            #expect(
                done.output.hasSuffix(Self.summary("imported", tasks: 1, runs: runs, messages: runs * messages)),
                "\(done.output)\(done.error)"
            )
        }
    }

    private static func runs(_ service: ServiceUnderTest) async throws -> [String] {
        (try await service.query("runs.list", ["limit": 500]).array ?? []).compactMap { $0["id"]?.string }
    }

    private static func summary(_ verb: String, tasks: Int, runs: Int, messages: Int) -> String {
        let task = tasks == 1 ? "1 task" : "\(tasks) tasks"
        return "\(verb) \(task), \(runs) runs, \(messages) messages; there already: 0 tasks, 0 runs; not taken: 0\n"
    }

    private static func load(
        _ file: OriginalFile,
        _ service: ServiceUnderTest,
        _ options: [String] = []
    ) async throws -> EndedCommand {
        try await caretaker(service, ["import", file.path] + options)
    }

    private static func caretaker(_ service: ServiceUnderTest, _ arguments: [String]) async throws -> EndedCommand {
        try await EndedCommand.caretaker(arguments + ["--socket", service.socket])
    }
}
