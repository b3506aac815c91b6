#if FAILPOINTS
import Foundation
import Testing

@testable import Scheduler

/// Each test sets the environment of a process of its own.
struct FailpointTests {
    @Test
    func aKillEndsTheProcessAtItsStep() async {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            setenv("CARETAKER_FAILPOINT", "init-git:kill", 1)
            let failpoints = Failpoints.fromEnvironment()
            for step in Failpoints.Step.allCases { try await failpoints.reach(step) }
        }
    }

    @Test
    func anErrorIsThrownTheNthTimeItsStepIsReached() async {
        await #expect(processExitsWith: .success) {
            setenv("CARETAKER_FAILPOINT", "batch:error:3", 1)
            let failpoints = Failpoints.fromEnvironment()
            var thrown: [Int] = []
            for round in 1...5 {
                do {
                    for step in Failpoints.Step.allCases { try await failpoints.reach(step) }
                } catch let reached as Failpoints.Reached where reached.step == .batch {
                    thrown.append(round)
                }
            }
            #expect(thrown == [3])
        }
    }

    @Test
    func withoutACountTheFirstTimeIsMeant() async {
        await #expect(processExitsWith: .success) {
            setenv("CARETAKER_FAILPOINT", "final:error", 1)
            let failpoints = Failpoints.fromEnvironment()
            try await failpoints.reach(.stop)
            await #expect(throws: Failpoints.Reached.self) { try await failpoints.reach(.final) }
            try await failpoints.reach(.final)
        }
    }

    @Test
    func aHangLastsUntilItIsCancelled() async {
        await #expect(processExitsWith: .success) {
            setenv("CARETAKER_FAILPOINT", "create:hang", 1)
            let failpoints = Failpoints.fromEnvironment()
            await #expect(throws: CancellationError.self) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addImmediateTask { try await failpoints.reach(.create) }
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test
    func whatIsNoFailpointDoesNothing() async {
        await #expect(processExitsWith: .success) {
            for text in [
                "", "batch", "batch:", ":kill", "nonsense:kill", "batch:nonsense", "Batch:kill", "batch:error:0",
            ] {
                setenv("CARETAKER_FAILPOINT", text, 1)
                let failpoints = Failpoints.fromEnvironment()
                for _ in 0..<3 { for step in Failpoints.Step.allCases { try await failpoints.reach(step) } }
            }
            unsetenv("CARETAKER_FAILPOINT")
            let failpoints = Failpoints.fromEnvironment()
            for step in Failpoints.Step.allCases { try await failpoints.reach(step) }
        }
    }
}
#endif
