import Foundation
import Model
import Testing

@testable import Executors

struct ContainerSpecificationTests {
    private static let request = InstanceRequest(
        run: Run.ID(rawValue: "01hf7yat00abcdefghjkmnpqrs"),
        instance: Instance.ID(rawValue: "01hf7yat01abcdefghjkmnpqrs"),
        deadline: Timestamp(milliseconds: 1_700_000_000_000),
        container: nil
    )

    private static var settings: DockerSettings {
        DockerSettings(
            installation: "8a6e0c5e-3b1f-4b0e-9d55-0d1e6a1f7c11",
            group: 977,
            image: "caretaker-executor:latest"
        )
    }

    private static func specification(
        _ container: ContainerSettings? = nil,
        _ settings: DockerSettings = settings,
        processors: Int? = 8
    ) throws -> ContainerSpecification {
        var request = request
        request.container = container
        return try ContainerSpecification(
            request,
            settings,
            folder: "/var/lib/caretaker/runs/\(request.run)",
            processors: processors
        )
    }

    private static func json(_ specification: ContainerSpecification) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(specification.body), as: UTF8.self) + "\n"
    }

    @Test func theBodyIsTheGoldenOne() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/create.json")
        #expect(try Self.json(Self.specification()) == String(contentsOf: path, encoding: .utf8))
    }

    @Test func nameAndLabelsTellTheRun() throws {
        let specification = try Self.specification()
        #expect(specification.name == "caretaker-01hf7yat00abcdefghjkmnpqrs")
        #expect(specification.labels["caretaker.deadline"] == "2023-11-14T22:13:20.000Z")
    }

    @Test func aTaskChangesWhatItMay() throws {
        var settings = Self.settings
        settings.policy = ContainerPolicy(
            images: ["registry.example/agents/*"],
            networks: ["agents"],
            maximumMemory: 8 << 30,
            maximumCPUs: 4,
            maximumPIDs: 1024,
            allowsWritableRoot: true
        )
        let body = try Self.specification(
            ContainerSettings(
                image: "registry.example/agents/rust:1",
                memory: 8 << 30,
                cpus: 0.5,
                pids: 1024,
                network: "agents",
                readOnly: false
            ),
            settings
        ).body
        #expect(body.image == "registry.example/agents/rust:1")
        #expect(body.host.memory == 8 << 30)
        #expect(body.host.memoryAndSwap == body.host.memory)
        #expect(body.host.nanoCPUs == 500_000_000)
        #expect(body.host.pids == 1024)
        #expect(body.host.networkMode == "agents")
        #expect(!body.host.readOnlyRoot)
    }

    @Test(arguments: [
        (ContainerSettings(image: "other"), "image"),
        (ContainerSettings(image: "../../info"), "image"),
        (ContainerSettings(image: "a?b"), "image"),
        (ContainerSettings(memory: 5 << 30), "memory"),
        (ContainerSettings(memory: -1), "memory"),
        (ContainerSettings(cpus: 3), "cpus"),
        (ContainerSettings(cpus: 0), "cpus"),
        (ContainerSettings(cpus: .nan), "cpus"),
        (ContainerSettings(cpus: .infinity), "cpus"),
        (ContainerSettings(pids: -1), "pids"),
        (ContainerSettings(pids: 513), "pids"),
        (ContainerSettings(network: "agents"), "network"),
        (ContainerSettings(network: "host"), "network"),
        (ContainerSettings(network: "container:other"), "network"),
        (ContainerSettings(network: "ns:/proc/1/ns/net"), "network"),
        (ContainerSettings(readOnly: false), "readOnly"),
    ])
    func whatThePolicyDoesNotAllowIsRefusedByItsName(container: ContainerSettings, field: String) throws {
        let problem = #expect(throws: InputProblem.self) { try Self.specification(container) }
        #expect(problem?.field == "settings.container.\(field)")
    }

    @Test(arguments: [
        ContainerSettings(image: "caretaker-executor:latest"),
        ContainerSettings(memory: 1 << 30, cpus: 1, pids: 100),
        ContainerSettings(network: "none"),
        ContainerSettings(network: "bridge"),
        ContainerSettings(readOnly: true),
    ])
    func theServicesOwnValuesAndLessAreAlwaysAllowed(container: ContainerSettings) throws {
        _ = try Self.specification(container)
    }

    @Test func noPolicyLetsATaskIntoTheHostsNetwork() throws {
        var settings = Self.settings
        settings.policy.networks = ["host", "container:x"]
        for network in settings.policy.networks {
            #expect(throws: InputProblem.self) { try Self.specification(ContainerSettings(network: network), settings) }
        }
    }

    @Test func noMoreProcessorsAreAskedForThanThereAre() throws {
        #expect(try Self.specification(processors: 1).body.host.nanoCPUs == 1_000_000_000)
        #expect(try Self.specification(processors: nil).body.host.nanoCPUs == 2_000_000_000)
    }

    @Test func nothingOfATaskReachesTheContainersEnvironment() throws {
        let text = try Self.json(Self.specification())
        #expect(!text.contains("Env"))
    }
}
