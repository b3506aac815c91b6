import Foundation
import GRDB
import Model
import Testing

@testable import Store

/// What goes with time, and what must not.
@Suite(.timeLimit(.minutes(5)))
struct RetentionTests {
    @Test(arguments: 0..<Scratch.count(8, soak: 200))
    func whateverIsRemovedFiguresStayAndNoRowRefersToAMissingOne(_ seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let scratch = try Scratch()
        try await Self.fill(scratch, &random)
        let figures = try await Self.figures(scratch)
        for _ in 0..<6 {
            scratch.clock.advance(by: .seconds(random.below(400)))
            let limit = scratch.clock.now - .seconds(random.below(3000))
            switch random.below(4) {
            case 0: while try await !scratch.store.removeTranscripts(ofRunsEndedBefore: limit).isNothing {}
            case 1: while try await !scratch.store.removeResults(ofRunsEndedBefore: limit).isNothing {}
            case 2: while try await !scratch.store.removeRuns(.endedBefore(limit)).isNothing {}
            default:
                let most = random.below(8)
                for (task, newest) in try await scratch.store.overfullTasks(keeping: most) {
                    let outdated = OutdatedRuns.ofTask(task, through: newest, endedBefore: scratch.clock.now)
                    while try await !scratch.store.removeRuns(outdated).isNothing {}
                }
            }
            #expect(try await Self.figures(scratch) == figures)
            try await Self.examine(scratch)
        }
        while try await !scratch.store.removeRuns(.endedBefore(scratch.clock.now)).isNothing {}
        let left = "SELECT group_concat(state, ' ') FROM run"
        let states = try await scratch.value(String.self, left) ?? ""
        // What has not ended holds what it repeats, and nothing else stays.
        #expect(
            try await scratch.value(Int.self, "SELECT count(*) FROM run WHERE finishedAt IS NULL") == 2,
            "\(states)"
        )
        #expect(try await Self.figures(scratch) == figures)
        let held =
            "SELECT count(*) FROM run WHERE finishedAt IS NOT NULL AND id NOT IN (SELECT retryOf FROM run WHERE retryOf IS NOT NULL)"
        #expect(try await scratch.value(Int.self, held) == 0)
    }

    /// Tasks whose runs ended in every way, some of them retries of others, and two that have not ended.
    private static func fill(_ scratch: Scratch, _ random: inout SeededGenerator) async throws {
        let states: [RunState] = [
            .succeeded(nil), .succeeded(.nothingToDo), .failed(.agentError), .cancelled, .timedOut(.idle), .lost,
        ]
        var ended: [(task: AgentTask, last: Run.ID?)] = []
        for number in 0..<3 {
            let task = try await scratch.makeTask("Task \(number)")
            var last: Run.ID?
            for _ in 0..<(4 + random.below(12)) {
                scratch.clock.advance(by: .seconds(random.below(200)))
                if let last, random.below(3) == 0 {
                    _ = try await scratch.store.retryRun(last)
                    _ = try await scratch.store.admitRuns(caps: Admission.Caps(global: .max), runtime: .process)
                }
                let (run, execution) = try await scratch.makeRunningRun(of: task)
                let count = random.below(4)
                _ = try await scratch.store.append((0..<count).map { line($0, size: random.below(600)) }, to: execution)
                if random.below(2) == 0 { try await scratch.store.setResult(export, of: run.id) }
                for active in try await scratch.store.activeRuns() {
                    try await scratch.store.moveRun(active.id, to: .running)
                    try await scratch.finish(active, states[random.below(states.count)])
                }
                last = run.id
            }
            ended.append((task, last))
        }
        // Only now: the others would have taken them along.
        if let last = ended[0].last { _ = try await scratch.store.retryRun(last) }
        _ = try await scratch.makeRun(of: ended[1].task)
        try await scratch.store.keepTally([TalliedCount(family: "runs", labels: ["a"], value: 7)])
    }

    private static let export = WorkExport(
        base: nil,
        head: nil,
        branch: nil,
        commits: [],
        bundleBytes: 1,
        patchBytes: nil,
        notices: []
    )

    /// All that is counted of runs.
    private static func figures(_ scratch: Scratch) async throws -> [String] {
        try await scratch.store.pool.read { db in
            let columns = """
                taskID, succeeded, failed, cancelled, timedOut, lost, costUSD, failuresInARow, lastSuccessAt, lastFailureAt,
                lastDuration
                """
            return try [
                "SELECT \(columns) FROM taskFigures", "SELECT * FROM scheduleFigures", "SELECT * FROM dayFigures",
                "SELECT * FROM tally",
            ]
            .flatMap { try Row.fetchAll(db, sql: $0).map { "\($0)" } }
        }
    }

    private static func examine(_ scratch: Scratch) async throws {
        #expect(try await scratch.value(String.self, "PRAGMA integrity_check") == "ok")
        let strays = try await scratch.store.pool.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check").count }
        #expect(strays == 0)
        for run in try await scratch.store.runs(Store.RunFilter(limit: 500)) {
            let messages = try await scratch.story(run)
            #expect(messages.map(\.seq) == Array(1..<messages.count + 1))
            #expect(!run.isTranscriptExpired || messages.isEmpty)
            #expect(!run.isTranscriptExpired || run.state.isFinal)
        }
    }

    @Test func aTranscriptThatGoesIsGoneToReadersFromTheFirstStepOn() async throws {
        let scratch = try Scratch()
        let (run, start) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append((0..<600).map { line($0) }, to: start)
        try await scratch.finish(run)
        scratch.clock.advance(by: .seconds(60))
        #expect(try await scratch.story(run).count == 600)
        let first = try await scratch.store.removeTranscripts(ofRunsEndedBefore: scratch.clock.now)
        #expect(first.messages < 600 && first.messages > 0)
        #expect(try await scratch.store.run(run.id).isTranscriptExpired)
        let page = try await scratch.store.page(of: run.id, after: 0, limit: .max)
        #expect(page.messages.isEmpty && page.isFinal)
        var total = first.messages
        while true {
            let next = try await scratch.store.removeTranscripts(ofRunsEndedBefore: scratch.clock.now)
            if next.isNothing { break }
            total += next.messages
        }
        #expect(total == 600)
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM message") == 0)
        #expect(try await scratch.store.run(run.id).state == .succeeded(nil))
    }

    @Test func largeMessagesGoFewAtATime() async throws {
        let scratch = try Scratch()
        let (run, start) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append((0..<40).map { line($0, size: 200_000) }, to: start)
        try await scratch.finish(run)
        scratch.clock.advance(by: .seconds(60))
        let step = try await scratch.store.removeTranscripts(ofRunsEndedBefore: scratch.clock.now)
        #expect(step.messages == 3)
    }

    @Test func aRunGoesWithItsRowsAndItsFolderIsListedUntilItIsGone() async throws {
        let scratch = try Scratch()
        let (run, start) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append([line(0)], to: start)
        try await scratch.finish(run)
        scratch.clock.advance(by: .seconds(60))
        let removed = try await scratch.store.removeRuns(.endedBefore(scratch.clock.now))
        #expect(removed.runs == 1 && removed.messages == 1)
        await expectError(.notFound) { _ = try await scratch.store.run(run.id) }
        for table in ["message", "execution", "instance", "run"] {
            #expect(try await scratch.value(Int.self, "SELECT count(*) FROM \(table)") == 0, "\(table)")
        }
        #expect(try await scratch.store.expiredFolders(limit: 9).map(\.run) == [run.id])
        try await scratch.store.forgetFolders(of: [run.id])
        #expect(try await scratch.store.expiredFolders(limit: 9).isEmpty)
    }

    @Test func aResultExpiresAndTheRunSaysSo() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        try await scratch.store.setResult(Self.export, of: run.id)
        try await scratch.finish(run)
        scratch.clock.advance(by: .seconds(60))
        #expect(try await scratch.store.removeResults(ofRunsEndedBefore: scratch.clock.now).results == 1)
        let after = try await scratch.store.run(run.id)
        #expect(after.isResultExpired && !after.hasResult)
        #expect(try await scratch.store.result(of: run.id) == nil)
        #expect(try await scratch.store.expiredFolders(limit: 9).map(\.run) == [run.id])
    }

    @Test func theNewestRunsOfATaskStay() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        var runs: [Run.ID] = []
        for _ in 0..<7 {
            let (run, _) = try await scratch.makeRunningRun(of: task)
            try await scratch.finish(run)
            runs.append(run.id)
        }
        let waiting = try await scratch.makeRun(of: task)
        scratch.clock.advance(by: .seconds(60))
        for round in 0..<2 {
            let overfull = try await scratch.store.overfullTasks(keeping: 3)
            #expect(overfull.count == (round == 0 ? 1 : 0))
            for (task, newest) in overfull {
                let outdated = OutdatedRuns.ofTask(task, through: newest, endedBefore: scratch.clock.now)
                while try await !scratch.store.removeRuns(outdated).isNothing {}
            }
        }
        let left = try await scratch.store.runs(Store.RunFilter(limit: 500)).map(\.id)
        #expect(Set(left) == Set(runs.suffix(3) + [waiting.id]))
    }

    @Test func whatExpiresNextIsTheOldestWithItsAge() async throws {
        let scratch = try Scratch()
        #expect(try await scratch.store.nextExpiry(RetentionPolicy(runs: .seconds(10))) == nil)
        let (run, _) = try await scratch.makeRunningRun()
        try await scratch.finish(run)
        let end = try #require(try await scratch.store.run(run.id).finishedAt)
        let policy = RetentionPolicy(runs: .seconds(900), messages: .seconds(300))
        #expect(try await scratch.store.nextExpiry(policy) == end + .seconds(300))
        scratch.clock.advance(by: .seconds(1))
        _ = try await scratch.store.removeTranscripts(ofRunsEndedBefore: scratch.clock.now)
        #expect(try await scratch.store.nextExpiry(policy) == end + .seconds(900))
        #expect(try await scratch.store.nextExpiry(RetentionPolicy()) == nil)
    }

    @Test(arguments: [
        Store.nextTranscript, Store.nextResult, Store.nextEnded, Store.nextOfTask, Store.newestTooMany,
        "SELECT rowid FROM skippedSlots WHERE last < ? ORDER BY last LIMIT ?",
    ])
    func nothingIsSearchedForByAScan(_ sql: String) async throws {
        let scratch = try Scratch()
        let plan = try await scratch.store.pool.read { db in
            let arguments = StatementArguments([Int](repeating: 1, count: sql.count { $0 == "?" }))
            return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
                .map { $0["detail"] as String }
        }
        #expect(!plan.isEmpty)
        for step in plan { #expect(!step.hasPrefix("SCAN") && !step.contains("TEMP B-TREE"), "\(plan)") }
    }

    @Test func roomGoesBackToTheFileSystemInSteps() async throws {
        let scratch = try Scratch()
        #expect(try await scratch.value(Int.self, "PRAGMA auto_vacuum") == 2)
        let (run, start) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append((0..<300).map { line($0, size: 60_000) }, to: start)
        try await scratch.finish(run)
        scratch.clock.advance(by: .seconds(60))
        let pages = "PRAGMA page_count"
        let before = try await scratch.value(Int.self, pages) ?? 0
        #expect(before > 1000)
        while try await !scratch.store.removeTranscripts(ofRunsEndedBefore: scratch.clock.now).isNothing {}
        #expect(try await scratch.value(Int.self, pages) == before)
        var steps = 0
        while try await scratch.store.giveBackRoom() { steps += 1 }
        #expect(steps > 5)
        #expect(try await scratch.value(Int.self, pages) ?? before < 400)
        #expect(try await scratch.value(String.self, "PRAGMA integrity_check") == "ok")
    }
}
