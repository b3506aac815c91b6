import Cron
import Foundation
import Model
import Store
import Synchronization
import TestSupport
import Testing

@testable import Scheduler

/// `kill -9` while slots are turned into runs, at points that nobody chose.
struct FiringCrashTests {
    /// The state that outlives a process: a folder with the database, and the time that it had come to.
    private struct Scene: Codable, Sendable {
        var folder: String
        var seed: UInt64

        var clockFile: String { "\(folder)/clock" }

        func now() -> Timestamp {
            let text = (try? String(contentsOfFile: clockFile, encoding: .utf8)) ?? ""
            return Int64(text).map(Timestamp.init(seconds:)) ?? ScheduleStory.beginning
        }

        func save(_ now: Timestamp) throws {
            try String(now.seconds).write(toFile: clockFile, atomically: true, encoding: .utf8)
        }
    }

    @Test(.timeLimit(.minutes(30)))
    func whateverTheMomentOfAKillEverySlotIsAccountedForOnce() async throws {
        let kills = SimulationTests.isSoak() ? 1000 : 100
        let folder = try ScheduleStory.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let schedules = try await Self.makeSchedules(folder)
        for seed in 1...UInt64(kills) {
            let scene = Scene(folder: folder, seed: seed)
            await #expect(processExitsWith: .signal(SIGKILL)) { [scene = scene as Scene] in
                try await Self.liveAndDie(scene)
            }
        }
        let story = try ScheduleStory(at: Scene(folder: folder, seed: 0).now(), folder: folder)
        try await story.start()
        var slots = 0
        for schedule in schedules {
            #expect(try await story.gap(in: schedule, .utc) == nil)
            slots += try await story.count(of: schedule)
        }
        print("\(kills) kills, \(slots) slots of \(schedules.count) schedules,", "time \(story.clock.now.iso8601)")
        #expect(slots > kills)
    }

    private static func makeSchedules(_ folder: String) async throws -> [Schedule] {
        let story = try ScheduleStory(folder: folder)
        var schedules: [Schedule] = []
        for number in 0..<30 {
            let policy = SchedulePolicy(
                overlap: SchedulePolicy.Overlap.allCases[number % 5],
                catchUp: SchedulePolicy.CatchUp.allCases[number % 3],
                cap: 5
            )
            schedules.append(try await story.schedule("\(number % 4)-59/\(2 + number % 5) * * * *", policy))
        }
        try await story.store.close()
        return schedules
    }

    /// Serves schedules through the hours until a thread kills the process some milliseconds later.
    private static func liveAndDie(_ scene: Scene) async throws {
        var random = SeededGenerator(seed: scene.seed)
        let story = try ScheduleStory(at: scene.now(), folder: scene.folder)
        let wait = UInt32(random.below(60_000))
        Thread.detachNewThread {
            usleep(wait)
            kill(getpid(), SIGKILL)
        }
        try await story.start()
        while true {
            try await story.go(.seconds(60 * Int64(1 + random.below(3))))
            try scene.save(story.clock.now)
            if random.below(5) == 0 { try await story.finishAll() }
        }
    }
}
