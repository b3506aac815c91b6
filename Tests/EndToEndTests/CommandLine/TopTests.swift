import AgentStream
import Foundation
import TestSupport
import Testing

/// `caretaker top` on a terminal, against a real service.
@Suite(.timeLimit(.minutes(3)))
struct TopTests {
    private static let settings = "limits: { linger: 1s }\nexecutors: { max_concurrent: 1 }"

    @Test func itShowsWhatGoesOnAsItHappens() async throws {
        try await ServiceUnderTest.with(settings: Self.settings) { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let first = try await service.startRun(["gate \(service.folder)/open 1"], repository: repository.path)
            let second = try await service.startRun(["gate \(service.folder)/open 1"], repository: repository.path)
            let watch = try TopWatch(service)
            try await watch.frame { $0.row(first, in: "ACTIVE") && $0.row(second, in: "QUEUED", "cap_global") }
            _ = try await service.mutate(
                "schedules.create",
                [
                    "name": "Nightly", "task": "a-task-of-the-tests", "repository": .string(repository.path),
                    "expression": "@daily",
                ]
            )
            try await watch.frame { $0.row("nightly", in: "NEXT", "in ") }
            try service.makeFile("\(service.folder)/open")
            try await watch.frame {
                $0.row(first, in: "ENDED", "succeeded") && $0.row(second, in: "ENDED", "succeeded")
            }
            try await watch.frame { $0.lines.contains { $0.contains("today: 2 succeeded, 0 not") } }
            #expect(await watch.end() == 0)
        }
    }

    @Test func itGoesOnAfterARestartOfTheServiceAndGivesTheTerminalBack() async throws {
        try await ServiceUnderTest.with { service in
            let watch = try TopWatch(service)
            try await watch.frame { $0.lines.first?.contains("  ready") == true }
            #expect(!watch.terminal.showsWhatIsTyped)
            await service.crash()
            try await watch.frame { $0.lines.first?.contains("trying again") == true }
            try await service.start()
            try await watch.frame { $0.lines.first?.contains("  ready") == true }
            #expect(await watch.end() == 0)
        }
    }

    @Test func withoutATerminalItPrintsOnceAndWhole() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/\(String(repeating: "long", count: 30))")
            let run = try await service.startRun(["lines 1"], repository: repository.path)
            _ = try await service.end(of: run)
            let top = try await EndedCommand.caretaker(["top", "--socket", service.socket])
            #expect(top.code == 0 && top.output.contains(run) && top.output.contains(repository.path), "\(top.output)")
            #expect(!top.output.contains("\u{1B}"))
            let yaml = try await EndedCommand.caretaker(["top", "--format", "yaml", "--socket", service.socket])
            #expect(yaml.output.contains("activeCount: 0\n"), "\(yaml.output)")
            let once = try await PseudoTerminal.run(
                Binaries.path("caretaker"),
                ["top", "--once", "--socket", service.socket]
            )
            #expect(once.code == 0 && once.text.hasPrefix("caretaker") && once.text.contains(run), "\(once.text)")
        }
    }

    @Test func withoutAServiceItSaysSo() async throws {
        let arguments = ["top", "--socket", "/nonexistent/caretaker.sock"]
        let (code, text) = try await PseudoTerminal.run(Binaries.path("caretaker"), arguments)
        #expect(code == 69 && !text.contains("\u{1B}"), "\(text)")
    }
}
