import AgentStream
import Curl
import Model
import Server
import Store
import TestSupport
import Testing

/// `tasks.list`, whose answer is kept from one change to the next.
@Suite(.timeLimit(.minutes(10))) struct KeptAnswerTests {
    @Test func whoeverChangedATaskFindsItChanged() async throws {
        try await TestService.run { service in
            #expect(try await service.query("tasks.list").data == [])
            let task = try await service.mutate("tasks.create", ["name": "One", "steps": []]).data
            #expect(try await service.query("tasks.list").data?[0] == task)
            #expect(try await service.query("tasks.list").data?[0] == task)
            let id = try #require(task?["id"])
            let changed = try await service.mutate("tasks.update", ["id": id, "name": "Two", "steps": []]).data
            #expect(try await service.query("tasks.list").data?[0] == changed)
            _ = try await service.mutate("tasks.delete", ["id": id])
            #expect(try await service.query("tasks.list").data == [])
        }
    }

    /// Writers beside readers: whoever has been told of a task finds it listed from then on.
    @Test func noListIsOlderThanAnAcknowledgedChange() async throws {
        try await TestService.run { service in
            try await withThrowingDiscardingTaskGroup { group in
                for writer in 0..<4 {
                    group.addTask {
                        for number in 0..<(isSoak ? 500 : 25) {
                            let name = "\(writer) \(number)"
                            _ = try await service.mutate("tasks.create", ["name": .string(name), "steps": []])
                            let names = try await service.query("tasks.list").data?.array?.map { $0["name"]?.string }
                            #expect(names?.contains(name) == true)
                        }
                    }
                }
            }
        }
    }

    @Test func aKeptListIsAnsweredWithoutTheDatabase() async throws {
        try await TestService.run { service in
            #expect(try await service.query("tasks.list").status == 200)
            try await service.store.close()
            #expect(try await service.query("tasks.list").status == 200)
            #expect(try await service.query("runs.list").status == 500)
        }
    }
}
