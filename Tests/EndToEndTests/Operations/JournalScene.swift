import Foundation
import TestSupport
import Testing

/// A service under systemd, as a user of its own, whose log goes to a real journald.
struct JournalScene: Sendable {
    static let user = 47_120
    static let catalog = "\(TestEngine.repository)/systemd/catalog/caretaker.catalog"

    let service: ServiceUnderTest
    let machine: SystemdMachine
    let repository: String

    /// Runs `body` with the service ready; leaves neither machine nor file.
    static func with(_ body: (JournalScene) async throws -> Void) async throws {
        let service = try ServiceUnderTest { _ in
            """
            agent: { command: [/usr/local/bin/TestAgent] }
            executors: { program: /usr/local/bin/caretaker-executor, max_concurrent: 1 }
            limits: { linger: 1s }
            """
        }
        try await service.keep { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository").path
            let machines = SystemdMachine.Image(tag: "caretaker-systemd-git:test", packages: ["git"])
            let volume = ["--volume", "\(service.folder):\(service.folder)"]
            try await SystemdMachine.with(machines, on: try TestEngine.shared(), volume) { machine in
                let scene = JournalScene(service: service, machine: machine, repository: repository)
                try await scene.start()
                try await body(scene)
            }
        }
    }

    private func start() async throws {
        for program in ["caretaker", "caretaker-executor", "TestAgent"] { try await machine.install(program) }
        try await machine.copy(Self.catalog, to: "/usr/lib/systemd/catalog/caretaker.catalog")
        try await machine.run("journalctl", "--update-catalog")
        let folder = service.folder
        try await machine.shell(
            """
            useradd --system --uid \(Self.user) --user-group --no-create-home caretaker
            chown -R \(Self.user):\(Self.user) \(folder)
            systemd-run --quiet --unit caretaker -p User=caretaker -p LogRateLimitIntervalSec=0 \
                -E HOME=\(folder) -E PATH=/usr/local/bin:/usr/bin:/bin \
                /usr/local/bin/caretaker serve --config \(service.configuration)
            """
        )
        // A service that failed is never ready.
        let known = try await first("service_ready|Failed with result", of: "--unit caretaker")
        try #require(known["EVENT"] == "service_ready", "\(known)")
    }

    /// The first entry that matches, once it is there.
    func entry(_ matches: String...) async throws -> [String: String] {
        try await first(".", of: matches.joined(separator: " "))
    }

    /// The first entry of those that match whose line has the pattern.
    private func first(_ pattern: String, of match: String) async throws -> [String: String] {
        // The shell waits for the reader of one line, not for the journal's.
        let journal = "exec journalctl --follow --no-tail --quiet -o json \(match) 2>/dev/null"
        return try Self.fields(try await machine.run("bash", "-c", "grep -m 1 -E '\(pattern)' < <(\(journal))"))
    }

    /// The entries of the service that match; nothing but a field's name matches all that have it.
    func entries(_ matches: String...) async throws -> [[String: String]] {
        let names = matches.filter { !$0.contains("=") }
        let match = matches.filter { $0.contains("=") }.joined(separator: " ")
        let script = "journalctl --sync; journalctl --no-pager --quiet -o json SYSLOG_IDENTIFIER=caretaker \(match)"
        return try await machine.shell(script).split(separator: "\n").map { try Self.fields(String($0)) }
            .filter { entry in names.allSatisfy { entry[$0] != nil } }
    }

    /// Looks whether the catalogue has a text for each entry with an event, in which nothing stands for what is not there.
    func expectExplanations(_ match: String, _ entries: [[String: String]]) async throws {
        let told = try await machine.run("journalctl", "--no-pager", "-x", "SYSLOG_IDENTIFIER=caretaker", match)
        let subjects = told.split(separator: "\n").filter { $0.contains("Subject: ") }
        #expect(subjects.count == entries.count { $0["MESSAGE_ID"] != nil })
        #expect(told.firstMatch(of: /@[A-Z_]+@/) == nil, "\(told)")
    }

    /// A run that went through; answers its id.
    func completedRun() async throws -> String {
        let run = try await service.startRun(["lines 1"], repository: repository)
        #expect(try await service.end(of: run).state == "succeeded")
        return run
    }

    private static func fields(_ line: String) throws -> [String: String] {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try #require(object).compactMapValues { $0 as? String }
    }
}
