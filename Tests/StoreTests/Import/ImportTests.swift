import Foundation
import GRDB
import Glibc
import Model
import Testing

@testable import Store

/// What was made elsewhere is taken once, whole, and counts for nothing that happened here.
@Suite(.timeLimit(.minutes(5)))
struct ImportTests {
    private static let long = Timestamp(milliseconds: 1_500_000_000_000)

    @Test func aTaskKeepsItsIDAndItsPastAndGetsASlugThatIsFree() async throws {
        let scratch = try Scratch()
        _ = try await scratch.makeTask("Tidy up")
        let task = Self.task("cma1", ["Tidy up", "Tidy  up"])
        let planned = try await scratch.store.add([task], isDryRun: true)
        #expect(planned == [ImportedTaskOutcome(isNew: true, slug: "tidy-up-2")])
        #expect(try await scratch.store.tasks().count == 1)
        #expect(try await scratch.store.add([task], isDryRun: false) == planned)
        let made = try #require(try await scratch.store.task("cma1"))
        #expect(made.slug == "tidy-up-2" && made.version == 2 && made.name == "Tidy  up")
        #expect(made.createdAt == Self.long)
        // The older one stands first, whatever its id.
        #expect(try await scratch.store.tasks().map(\.id.rawValue).first == "cma1")
        let again = try await scratch.store.add([task], isDryRun: false)
        #expect(again == [ImportedTaskOutcome(isNew: false, slug: "tidy-up-2")])
        #expect(try await scratch.store.task("cma1") == made)
    }

    @Test func aRunComesWithItsMessagesAndIsThereOnce() async throws {
        let scratch = try Scratch()
        _ = try await scratch.store.add([Self.task("t", ["A", "B"])], isDryRun: false)
        let text = #"[{"type":"internal","message":{}},{"type":"assistant","n":1},{"type":"unheard"}, 7]"#
        let run = Self.run("r", name: "A", text)
        #expect(try await scratch.store.add([run]) == [.made(messages: 4, isWhole: true)])
        let made = try await scratch.store.run(run.id)
        #expect(made.state == .lost && made.name == "A" && made.taskVersion == 1)
        #expect(made.createdAt == Self.long && made.finishedAt == Self.long + .seconds(60))
        let story = try await scratch.story(made)
        #expect(story.map(\.kind) == [.notice, .assistant, .other, .other])
        #expect(
            story.map { String(decoding: $0.body, as: UTF8.self) }.dropFirst().first == #"{"type":"assistant","n":1}"#
        )
        #expect(try await scratch.store.add([run]) == [.known])
        #expect(try await scratch.store.known([run.id, Run.ID(rawValue: "x")]) == [run.id])
        #expect(try await scratch.story(made).count == 4)
    }

    @Test func whatATaskWasForARunThatNobodyKnewBecomesAVersionAndItStaysWhatItIs() async throws {
        let scratch = try Scratch()
        _ = try await scratch.store.add([Self.task("t", ["Now"])], isDryRun: false)
        let run = Self.run("r", name: "Then", "[]")
        #expect(try await scratch.store.add([run]) == [.made(messages: 0, isWhole: true)])
        #expect(try await scratch.store.run(run.id).name == "Then")
        #expect(try await scratch.store.run(run.id).startedAt == nil)
        let task = try #require(try await scratch.store.task("t"))
        #expect(task.name == "Now" && task.version == 3)
    }

    @Test func aTextInPiecesIsOneConversationAndAnotherImportIsNoticed() async throws {
        let scratch = try Scratch()
        _ = try await scratch.store.add([Self.task("t", ["A"])], isDryRun: false)
        let bytes = Array(#"[{"a":"ä"},{"b":[1,2]}]"#.utf8)
        try await scratch.store.stage([0, 1], of: "other", at: 0)
        try await scratch.store.stage(Array(bytes[..<7]), of: "r", at: 0)
        try await scratch.store.stage(Array(bytes[7..<8]), of: "r", at: 7)
        await #expect(throws: StoreError.self) { try await scratch.store.stage([1], of: "other", at: 2) }
        await #expect(throws: StoreError.self) { try await scratch.store.stage([1], of: "r", at: 7) }
        var run = Self.run("r", name: "A", "")
        run.text = Array(bytes[8...])
        run.staged = 9
        let refused = try await scratch.store.add([run])
        #expect(refused == [.refused("Of run r there are 8 bytes, not 9: is there another import?")])
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM run") == 0)
        run.staged = 8
        #expect(try await scratch.store.add([run]) == [.made(messages: 2, isWhole: true)])
        let story = try await scratch.story(try await scratch.store.run(run.id))
        #expect(story.map { String(decoding: $0.body, as: UTF8.self) } == [#"{"a":"ä"}"#, #"{"b":[1,2]}"#])
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM importPiece") == 0)
    }

    @Test(arguments: [("[{\"a\":1},{\"b\"", 2), ("no list", 1), ("", 0), ("[{\"a\":1}", 1)])
    func whatIsNoListIsKeptAllTheSame(_ text: String, _ count: Int) async throws {
        let scratch = try Scratch()
        _ = try await scratch.store.add([Self.task("t", ["A"])], isDryRun: false)
        let run = Self.run("r", name: "A", text)
        #expect(try await scratch.store.add([run]) == [.made(messages: count, isWhole: false)])
        let story = try await scratch.story(try await scratch.store.run(run.id))
        #expect(story.count == count)
        if count == 2 { #expect(story.last?.kind == .raw) }
    }

    @Test func oneThatCannotBeTakenTakesNoOtherWithIt() async throws {
        let scratch = try Scratch()
        _ = try await scratch.store.add([Self.task("t", ["A"])], isDryRun: false)
        var stray = Self.run("s", name: "A", "[]")
        stray.task = AgentTask.ID(rawValue: "none")
        let outcomes = try await scratch.store.add([stray, Self.run("r", name: "A", "[]")])
        #expect(outcomes == [.refused("There is no task none."), .made(messages: 0, isWhole: true)])
    }

    @Test func importedRunsCountNowhereAndAgeFromTheImport() async throws {
        let scratch = try Scratch()
        _ = try await scratch.store.add([Self.task("t", ["A"])], isDryRun: false)
        let runs = (0..<5).map { Self.run("r\($0)", name: "A", #"[{"type":"assistant"}]"#) }
        _ = try await scratch.store.add(runs)
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM dayFigures") == 0)
        #expect(try await scratch.value(Int.self, "SELECT lost FROM taskFigures") == 0)
        let now = scratch.clock.now
        #expect(try await scratch.store.removeTranscripts(ofRunsEndedBefore: now).isNothing)
        #expect(try await scratch.store.removeRuns(.endedBefore(now)).isNothing)
        let policy = RetentionPolicy(messages: .seconds(60))
        #expect(try await scratch.store.nextExpiry(policy) == now + .seconds(60))
        // With runs of our own there are too many, of which the oldest go.
        let task = try #require(try await scratch.store.task("t"))
        for _ in 0..<3 {
            let own = try await scratch.makeRunningRun(of: task).run
            try await scratch.finish(own)
        }
        scratch.clock.advance(by: .seconds(1))
        let tooMany = try await scratch.store.overfullTasks(keeping: 2)
        #expect(tooMany.count == 1)
        for (task, newest) in tooMany {
            let outdated = OutdatedRuns.ofTask(task, through: newest, endedBefore: scratch.clock.now)
            while try await !scratch.store.removeRuns(outdated).isNothing {}
        }
        #expect(try await scratch.store.runCount() == 2)
        #expect(try await scratch.store.overfullTasks(keeping: 2).isEmpty)
        #expect(try await scratch.store.overfullTasks(keeping: 1).count == 1)
    }

    @Test(.serialized, arguments: 0..<Scratch.count(4, soak: 40))
    func killedInTheMiddleEveryRunIsThereWholeOrNotAtAll(_ round: Int) async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
            let store = try Store(folder: folder, clock: TestClock())
            _ = try await store.add([Self.task("t", ["A"])], isDryRun: false)
            try await store.stage(Array("[{},".utf8), of: "left", at: 0)
            for number in 0..<1000 {
                async let last = store.add([Self.run("r\(number)", name: "A", Self.conversation)])
                if number == round * 7 {
                    if round % 2 == 0 { _ = try await last }
                    kill(getpid(), SIGKILL)
                }
                _ = try await last
            }
        }
        let store = try Store(folder: folder, clock: TestClock())
        let pool = store.pool
        #expect(try await pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        let sql = "SELECT count(*) FROM run WHERE (SELECT count(*) FROM message WHERE runID = run.id) <> 500"
        #expect(try await pool.read { try Int.fetchOne($0, sql: sql) } == 0)
        let there = try await store.runCount()
        #expect(there >= round * 7)
        let runs = (0..<there + 1).map { Self.run("r\($0)", name: "A", Self.conversation) }
        let outcomes = try await store.add(runs)
        #expect(outcomes.count { $0 == .known } == there)
        #expect(try await store.runCount() == there + 1)
        try await store.close()
    }

    private static let conversation =
        "[" + (0..<500).map { #"{"type":"assistant","n":\#($0)}"# }.joined(separator: ",") + "]"

    private static func task(_ id: String, _ names: [String]) -> ImportedTask {
        ImportedTask(
            id: AgentTask.ID(rawValue: id),
            createdAt: long,
            updatedAt: long,
            isDeleted: false,
            versions: names.map(version)
        )
    }

    private static func version(_ name: String) -> ImportedTask.Version {
        ImportedTask.Version(name: name, steps: [Step(instructions: "i", checks: "c")], at: long)
    }

    private static func run(_ id: String, name: String, _ text: String) -> ImportedRun {
        ImportedRun(
            id: Run.ID(rawValue: "0\(id)"),
            task: AgentTask.ID(rawValue: "t"),
            version: version(name),
            repository: "o/n",
            createdAt: long,
            finishedAt: long + .seconds(60),
            detail: "Imported.",
            source: id,
            staged: 0,
            text: Array(text.utf8)
        )
    }
}
