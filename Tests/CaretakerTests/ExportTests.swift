import AgentStream
import Foundation
import Model
import Server
import Store
import Testing

@testable import Caretaker

/// Exported tasks and schedules, written as YAML and read again, are what they were.
@Suite(.timeLimit(.minutes(5))) struct ExportTests {
    @Test(arguments: 0..<5) func whatIsExportedAndAppliedChangesNothing(_ seed: UInt64) async throws {
        try await Service.run { one in
            var random = Random(state: seed)
            try await one.fill(&random)
            let text = YAMLText.of(documents: try await one.declarations.export())
            let before = try await one.store.declaredState()
            for round in 0..<2 {
                let answer = try await one.apply(text)
                #expect(answer["applied"] == true, "\(answer["problems"] ?? .null)")
                let actions = Set((answer["changes"]?.array ?? []).compactMap { $0["action"]?.string })
                #expect(actions == (round == 0 ? ["adopt"] : []))
            }
            let after = try await one.store.declaredState()
            #expect(after.tasks.map(\.steps) == before.tasks.map(\.steps))
            #expect(after.tasks.map(\.version) == before.tasks.map(\.version))
            #expect(after.tasks.map(\.updatedAt) == before.tasks.map(\.updatedAt))
            #expect(after.schedules.map(\.content) == before.schedules.map(\.content))
            #expect(after.schedules.map(\.revision) == before.schedules.map(\.revision))
            try await Service.run { other in
                let answer = try await other.apply(text)
                #expect(answer["applied"] == true, "\(answer["problems"] ?? .null)")
                let exported = YAMLText.of(documents: try await other.declarations.export())
                #expect(Array(exported.utf8) == Array(text.utf8))
            }
        }
    }

    @Test(arguments: [
        "yes", "no", "On", "~", "null", "", "1", "0x1f", "1:30", "1e3", ".inf", "2025-01-01", "- a", "a: b", "# a",
        "a #b",
        "'", "\"", "\\", "%", "@a", "`", "!", "&a", "*a", "|", ">", "[", "{", "? a", "<<", "=", " a", "a ", "a\n",
        "a\n\n",
        "\na", "a\n b", "  a\nb", "a\r\nb", "a\u{85}b\n", "a\u{2028}\nb", "a\u{FEFF}\nb", "\u{1}\u{1B}\u{7F}\n",
        "\ta\n",
        "a\t\nb ", "\u{1F600}\na", "e\u{301}\n", "---", "--- a\n...\n", "a\n---\nb",
    ])
    func aTextIsReadAsItWas(_ text: String) throws {
        let value: JSONValue = ["a": [.string(text), ["b": .string(text)]], "c": .string(text)]
        let yaml = YAMLText.of(value)
        let file = try TaskFile(path: "/a.yaml", text: yaml)
        let read = try file.content(0)
        #expect(read.encoded == value.encoded, "\(yaml)")
    }

    @Test func numbersKeepTheirDigits() throws {
        let file = try TaskFile(path: "/a.yaml", text: "[1.50, 12345678901234567890, 0o14, -0.0, 1_000, 1e3]")
        let read = String(decoding: try file.content(0).encoded, as: UTF8.self)
        #expect(read == "[1.50,12345678901234567890,12,-0.0,1000,1e3]")
    }
}

/// A store to which files are applied, where everything is allowed.
private struct Service {
    let store: Store
    let declarations: Declarations

    static func run(_ body: (Service) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "caretaker-files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try Store(folder: folder, clock: SystemWallClock())
        let zones = ScheduleZones(standard: "Asia/Tokyo")
        let declarations = Declarations(store: store, operations: Lenient(), zones: zones)
        try await body(Service(store: store, declarations: declarations))
        try await store.close()
    }

    func apply(_ yaml: String) async throws -> JSONValue {
        let file = try TaskFile(path: "/t/a.yaml", text: yaml)
        let documents = try file.documents.indices.map { (file: file.path, content: try file.content($0)) }
        return try await declarations.apply(documents, DeclarationScope(owner: "/t", prunes: true), isDryRun: false)
    }

    /// Makes tasks and schedules of anything that can be said of them.
    func fill(_ random: inout Random) async throws {
        for _ in 0..<12 {
            let content = TaskContent(
                name: random.text(1...80),
                steps: (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    Step(instructions: random.text(0...300), checks: random.text(0...30))
                },
                settings: random.settings()
            )
            let task = try await store.createTask(content)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let id = Schedule.ID(at: store.clock.now)
                _ = try await store.createSchedule(random.schedule(task.id), id: id)
            }
        }
    }
}

/// Allows whatever is asked.
private struct Lenient: Operations {
    func check(repository: String, ref: String?) throws(InputProblem) {}
    func check(branch: String) throws(InputProblem) {}
    func check(settings: TaskSettings) throws(InputProblem) {}
    let queueLimit = 0
    func usage(of run: Run.ID) async -> InstanceUsage? { nil }
    func reap(isDryRun: Bool) async throws -> [ReaperFinding] { [] }
    func reload() async throws(ReloadRefusal) -> ReloadOutcome { ReloadOutcome(changed: [], needRestart: []) }
    func tryNotice() async throws -> NoticeTrial? { nil }
    func workFile(_ file: WorkFile, of run: Run.ID) -> String { "" }
}

/// Numbers that are the same for each seed (SplitMix64), and what is made of them.
private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }

    mutating func maybe<Value>(_ value: (inout Random) -> Value) -> Value? {
        Bool.random(using: &self) ? value(&self) : nil
    }

    /// A text of pieces that mean something to YAML, to terminals or to Unicode.
    mutating func text(_ lengths: ClosedRange<Int>) -> String {
        let pieces = [
            "a", "word", "Do it", "\n", "\n\n", " ", "  ", ": ", "- ", "# ", "'", "\"", "\\", "\t", "\r", "\r\n", "é",
            "e\u{301}", "\u{1F600}", "\u{202E}", "\u{1B}[1m", "\u{85}", "\u{2028}", "---\n", "|", "*", "&",
            "1",
            "true", "{", "]", "%", "@",
        ]
        let length = Int.random(in: lengths, using: &self)
        var text = ""
        while text.unicodeScalars.count < length { text += pick(pieces) }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
    }

    mutating func settings() -> TaskSettings {
        var options = AgentOptions()
        options.model = maybe { $0.text(1...20) }
        options.maxTurns = maybe { Int.random(in: 1...100, using: &$0) }
        options.maxBudgetUSD = maybe { $0.pick([0.1, 1, 12.345]) }
        options.tools = maybe { random in (0..<Int.random(in: 0...4, using: &random)).map { _ in random.text(1...60) } }
        options.mcpConfig = maybe { _ in #"{"mcpServers":{"x":{"args":["-v",1.50,null,true,{}],"env":{"LEVEL":"1"}}}}"#
        }
        options.trustRepositorySettings = maybe { Bool.random(using: &$0) }
        return TaskSettings(
            agent: maybe { random in
                TaskAgent(driver: random.maybe { $0.pick(AgentSettings.Driver.allCases) }, options: options)
            },
            container: maybe { ContainerSettings(memory: 1 << 30, cpus: $0.pick([0.5, 2])) },
            environment: maybe { ["NAME": $0.text(0...40), "OTHER_1": $0.text(0...5)] },
            limits: maybe { TaskLimits(idle: $0.pick([0.1, 60, 3600.5])) },
            push: maybe { PushSettings(branch: $0.text(1...20)) },
            maxConcurrent: maybe { $0.pick([1, 10_000]) },
            priority: maybe { $0.pick([-1000, 0, 7]) },
            retry: maybe { RetryPolicy(attempts: 3, backoff: $0.pick([0.1, 30])) }
        )
    }

    mutating func schedule(_ task: AgentTask.ID) -> ScheduleContent {
        let start = maybe { Timestamp(seconds: $0.pick([0, 1_747_656_000])) }
        return ScheduleContent(
            name: text(1...40),
            task: task,
            repository: text(1...60),
            ref: maybe { $0.text(1...20) },
            expression: pick(["0 3 * * *", "H H * * 1-5", "@every 6h", "CRON_TZ=Europe/Berlin 0 0 * * *", "@daily"]),
            zone: "Europe/Berlin",
            policy: SchedulePolicy(
                jitter: pick([0, 30]),
                overlap: pick(SchedulePolicy.Overlap.allCases),
                catchUp: pick(SchedulePolicy.CatchUp.allCases),
                deadline: pick([0, 86_400]),
                cap: pick([1, 100]),
                start: start,
                end: maybe { _ in Timestamp(seconds: 4_000_000_000) },
                pauseAfterFailures: maybe { _ in 3 },
                priority: maybe { _ in 0 },
                precheck: maybe { random in ["sh", "-c", random.text(1...50)] }
            )
        )
    }
}
