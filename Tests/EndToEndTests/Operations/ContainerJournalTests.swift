import TestSupport
import Testing

extension ContainerTests {
    /// What the log says of containers.
    struct ContainerJournalTests {
        @Test func theLogNamesTheInstanceAndItsContainer() async throws {
            try await ContainerService.with { containers in
                let service = containers.service
                let run = try await service.startRun(["gate /work/home/gate 1"], repository: containers.repository.path)
                try await containers.wait(for: 1, of: run)
                let format = #"{{.Id}} {{index .Config.Labels "caretaker.instance"}}"#
                let words = try await containers.engine.run(
                    "inspect",
                    "--format",
                    format,
                    ContainerService.name(of: run)
                )
                .split(separator: " ")
                try await containers.open("/work/home/gate", of: run)
                #expect(try await service.end(of: run).state == "succeeded")
                let log = await service.readLog { $0.contains("message.id=run_cleaned_up") }
                for event in ["run_starting", "run_running", "run_succeeded", "run_cleaned_up"] {
                    let line = try #require(log.first { $0.contains("message.id=\(event) ") })
                    #expect(line.contains("instance.id=\(words[1]) "))
                    // Before its start there is none.
                    #expect(
                        line.contains("container.id=\(words[0].prefix(12)) ") == (event != "run_starting"),
                        "\(line)"
                    )
                }
            }
        }
    }
}
