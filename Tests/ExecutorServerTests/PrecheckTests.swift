import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PrecheckTests {
    @Test(arguments: ExecutorMode.here) func aCommandRunsOnceForEachID(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let command = ["/bin/sh", "-c", "echo x >>count; echo out; echo err >&2; exit 4"]
            let request = PrecheckRequest(id: "one", command: command, timeout: nil)
            let answers = try await withThrowingTaskGroup(of: PrecheckResponse.self) { group in
                for _ in 0..<4 { group.addTask { try await executor.post("/precheck", request) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers) == [PrecheckResponse(exitCode: 4, tail: "out\nerr\n")])
            executor.kill()
            try await executor.start()
            #expect(try await executor.post("/precheck", request, as: PrecheckResponse.self) == answers.first)
            #expect(try String(contentsOfFile: "\(executor.workspace)/count", encoding: .utf8) == "x\n")
        }
    }

    @Test(arguments: ExecutorMode.here) func aSlowCommandIsEndedWithItsChildren(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let command = ["/bin/sh", "-c", "setsid sleep 1000 & echo $! >children; wait"]
            let request = PrecheckRequest(id: "slow", command: command, timeout: 0.4)
            let answer: PrecheckResponse = try await executor.post("/precheck", request)
            #expect(answer.exitCode == 130)
            #expect(answer.tail.contains("ended after"))
            let children = try Processes.noted(in: "\(executor.workspace)/children")
            #expect(children.count == 1)
            #expect(children.filter(Processes.isAlive).isEmpty)
        }
    }

    @Test(arguments: ExecutorMode.here) func aMissingProgramIsAFailure(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let request = PrecheckRequest(id: "none", command: ["no-such-program"], timeout: nil)
            let answer: PrecheckResponse = try await executor.post("/precheck", request)
            #expect(answer.exitCode == 127)
            #expect(answer.tail.contains("no-such-program"))
        }
    }
}
