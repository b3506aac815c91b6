import Curl
import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CancelTests {
    @Test(arguments: ExecutorMode.here) func cancelEndsTheWholeTree(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let stream = try await executor.begin(ExecutorUnderTest.execution("tree"))
            var iterator = stream.body.makeAsyncIterator()
            var bytes = try await Story.read(1, of: &iterator)
            let answer: StatusResponse = try await executor.post("/execute/step-1/cancel", [String: String]())
            #expect(answer.status == "ended")
            while let chunk = try await iterator.next() { bytes.append(contentsOf: chunk) }
            let story = try Story(bytes)
            #expect(story.record.endedBy == .cancel)
            #expect(story.record.signal == Int(SIGINT))
            let children = try Processes.noted(in: "\(executor.workspace)/children")
            #expect(children.count == 2)
            #expect(children.filter(Processes.isAlive).isEmpty)
            #expect(Processes.children(of: try #require(executor.pid)).isEmpty)
        }
    }

    @Test(arguments: ExecutorMode.here) func cancelKillsWhatIgnoresSignals(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let stream = try await executor.begin(ExecutorUnderTest.execution("never"))
            var iterator = stream.body.makeAsyncIterator()
            _ = try await Story.read(1, of: &iterator)
            let clock = ContinuousClock()
            let start = clock.now
            let _: StatusResponse = try await executor.post("/execute/step-1/cancel", [String: String]())
            #expect(clock.now - start < .seconds(14))
            let record = try Story(try await executor.bytes(of: "step-1")).record
            #expect(record.endedBy == .cancel)
            #expect(record.signal == Int(SIGKILL))
        }
    }

    @Test(arguments: ExecutorMode.here) func cancelAfterTheEndChangesNothing(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("lines 1")
            let answer: StatusResponse = try await executor.post("/execute/step-1/cancel", [String: String]())
            #expect(answer.status == "ended")
            #expect(try await executor.bytes(of: "step-1") == story.bytes)
        }
    }
}
