import Foundation
import Testing

@testable import Caretaker

/// What is told of changes in a folder.
@Suite(.timeLimit(.minutes(1))) struct FolderEventsTests {
    @Test func aFolderThatGoesOnChangingIsToldAndOnceMoreWhenItIsQuiet() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "caretaker-events-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let patience = FolderEvents.Patience(quiet: .milliseconds(200), limit: .milliseconds(600))
        let events = FolderEvents(patience)
        defer { events.stop() }
        #expect(events.watch(folder) == nil)
        try await withThrowingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/a.yaml"))
                    await Task.yield()
                }
            }
            var changes = events.changes.makeAsyncIterator()
            var told = await changes.next()
            // A machine that lets the writer wait makes it quiet.
            while told == .settled { told = await changes.next() }
            #expect(told == .unsettled)
            group.cancelAll()
            try await group.waitForAll()
            while told == .unsettled { told = await changes.next() }
            #expect(told == .settled)
        }
    }

    @Test func whatIsElsewhereAndWhatIsNoLongerWatchedIsNotTold() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "caretaker-events-\(UUID().uuidString)")
            .path
        for name in ["one", "two"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let watches = FolderWatches()
        #expect(watches.watch("\(folder)/one") == nil)
        func touch(_ name: String) throws {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        try touch("two/a.yaml")
        try touch("beside.yaml")
        #expect(!watches.takeEvents())
        try touch("one/a.yaml")
        #expect(watches.takeEvents())
        #expect(watches.watch("\(folder)/two") == nil)
        _ = watches.takeEvents()
        try touch("one/b.yaml")
        #expect(!watches.takeEvents())
        // What is not there yet is waited for where it would be.
        #expect(watches.watch("\(folder)/three/tasks") == nil)
        _ = watches.takeEvents()
        try FileManager.default.createDirectory(atPath: "\(folder)/three", withIntermediateDirectories: true)
        #expect(watches.takeEvents())
        #expect(watches.watch(nil) == nil)
        _ = watches.takeEvents()
        try touch("two/b.yaml")
        #expect(!watches.takeEvents())
    }
}
