import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

/// Agents that are ended from outside, and what they leave running.
@Suite(.timeLimit(.minutes(5)), .enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)"))
struct RealAgentEndingTests {
    @Test func aCancelInTheMiddleOfACommandLeavesNoneOfItsProcesses() async throws {
        let mark = "86400.\(UInt32.random(in: 1_000_000...9_999_999))"
        var script: MessageScript = [:]
        let announcement = try Announcement(in: "/tmp")
        defer { unlink(announcement.path) }
        let command = "touch half-done; setsid sleep \(mark) & \(announcement.command); sleep \(mark)"
        script.add("Sleep.", [.bash(command), .text("Slept.")])
        try await ServiceUnderTest.withRealAgent(script) { service, _ in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["Sleep."], repository: repository.path, settings: Agent.settings())
            try await announcement.wait(for: run, of: service)
            #expect(!Processes.mentioning(mark).isEmpty)
            _ = try await service.mutate("runs.cancel", ["id": .string(run)])
            let ended = try await service.end(of: run)
            #expect(ended.state == "cancelled", "\(ended.reason ?? "") \(ended.detail)")
            #expect(Processes.mentioning(mark).isEmpty)
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect((result["patchBytes"]?.int ?? 0) > 0)
        }
    }

    @Test func anAgentThatIsKilledFailsTheRunAndItsWorkAndCostAreKept() async throws {
        let announcement = try Announcement(in: "/tmp")
        defer { unlink(announcement.path) }
        let work = "echo one > one && git add one && git commit -q -m One && echo two > two"
        var script: MessageScript = [:]
        script.add("Work.", [.bash("\(work); \(announcement.command); sleep 86400"), .text("Resumed.")])
        script.add("Go on.", [.text("This is never asked.")])
        try await ServiceUnderTest.withRealAgent(script) { service, api in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["Work.", "Go on."],
                repository: repository.path,
                settings: Agent.settings()
            )
            try await announcement.wait(for: run, of: service)
            let agents = Processes.running(try #require(RealAgent.program), in: "runs/\(run)")
            #expect(agents.count == 1)
            for agent in agents { kill(agent, SIGKILL) }
            let ended = try await service.end(of: run)
            #expect(ended.state == "failed")
            #expect(ended.reason == "agent_error", "\(ended.detail)")
            let details = try await service.details(of: run)
            #expect(details["usage"]?["isEstimated"]?.bool == true)
            // The output's tokens are told at a message's end; what was seen of it decides the estimate.
            let cost = details["costUSD"]?.double ?? 0
            #expect(cost >= 0.003 && cost <= TokenUsage().cost(on: .sonnet) + 0.000_001, "\(cost)")
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["commits"]?.array?.count == 1)
            #expect((result["patchBytes"]?.int ?? 0) > 0)
            #expect(api.requests("Work.").count == 1)
            #expect(api.requests("Go on.").isEmpty)
            #expect(Processes.mentioning("runs/\(run)").isEmpty)
        }
    }

    @Test func aServiceThatIsKilledFollowsOnAndNothingIsAskedTwice() async throws {
        let announcement = try Announcement(in: "/tmp")
        let gate = "/tmp/ct-gate-\(UInt32.random(in: .min ... .max))"
        mkfifo(gate, 0o666)
        defer { for path in [announcement.path, gate] { unlink(path) } }
        var script: MessageScript = [:]
        script.add("First.", [.bash("\(announcement.command); cat \(gate)"), .text("One.")])
        script.add("Second.", [.text("Two.")])
        try await ServiceUnderTest.withRealAgent(script) { service, api in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["First.", "Second."],
                repository: repository.path,
                settings: Agent.settings()
            )
            try await announcement.wait(for: run, of: service)
            await service.crash()
            // The agent goes on and ends while nobody listens, or a little later.
            try Data("go on\n".utf8).write(to: URL(fileURLWithPath: gate))
            try await service.start()
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
            #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
            #expect(api.requests("First.").count == 2)
            #expect(api.requests("Second.").count == 1)
            let cost = ended.summary["costUSD"]?.double ?? 0
            #expect(abs(cost - 3 * TokenUsage().cost(on: .sonnet)) < 0.000_001, "\(cost)")
        }
    }

    @Test func aDaemonOfTheAgentsDoesNotOutliveTheRun() async throws {
        let mark = "86400.\(UInt32.random(in: 1_000_000...9_999_999))"
        let command = "setsid nohup sh -c 'cd /; exec sleep \(mark)' >/dev/null 2>&1 </dev/null & echo started"
        try await ServiceUnderTest.withRealAgent(["Start it.": [.bash(command), .text("It runs.")]]) { service, api in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["Start it."], repository: repository.path, settings: Agent.settings())
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
            // The command adds remarks of its own to results.
            #expect(api.requests.last?.toolResults.first?["content"]?.string?.hasPrefix("started") == true)
            #expect(Processes.mentioning(mark).isEmpty)
        }
    }
}
