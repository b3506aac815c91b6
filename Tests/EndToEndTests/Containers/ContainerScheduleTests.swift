import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// A schedule whose runs go into containers.
    struct ContainerScheduleTests {
        @Test func aScheduleOfTheCommandLineFiresInAContainerAndItsSlotIsAccountedFor() async throws {
            try await ContainerService.with { containers in
                let service = containers.service
                _ = try await service.mutate(
                    "tasks.create",
                    ["name": "Commit", "steps": [["instructions": "commit", "checks": ""]]]
                )
                let (expression, slot) = ScheduleTests.soon(3)
                let made = try await EndedCommand.caretaker([
                    "schedule", "create", "Nightly", "--task", "commit", "--repository", containers.repository.path,
                    "--socket", service.socket, "--at", expression, "--precheck", "--", "sh", "-c",
                    "test \"$(id -u)\" = 10001",
                ])
                #expect(made.code == 0, "\(made.error)")
                let run = try await ScheduleTests.firstRun(of: "nightly", service)
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                #expect(ended.summary["slot"]?.string == slot)
                #expect(try await containers.leftovers() == [])
                let slots = try await service.query("schedules.slots", ["id": "nightly"]).array ?? []
                #expect(slots.map { $0["runId"]?.string } == [run])
            }
        }
    }
}
