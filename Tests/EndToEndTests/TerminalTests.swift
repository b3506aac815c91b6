import Foundation
import TestSupport
import Testing

/// `caretaker run logs` as a person at a terminal sees it.
@Suite(.timeLimit(.minutes(3)))
struct TerminalTests {
    private static let lines = [
        #"{"type":"assistant","message":{"content":[{"type":"text","text":"\u001b[2J\u001b]0;owned\u0007\u202eevil"}]}}"#,
        #"{"type":"assistant","message":{"content":[{"type":"tool_use","id":"1","name":"Bash","input":{"command":"make"}}]}}"#,
        #"{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"1","is_error":true,"content":"Exit code 2\n\u001b[31mred\u001b[0m \u001b[5Aup"}]}}"#,
        #"{"type":"assistant","message":{"content":[{"type":"tool_use","id":"2","name":"Read","input":{"file_path":"/a/very/long/path/that/does/not/fit/into/forty/columns"}}]}}"#,
    ]
    private static let result =
        #"{"type":"result","subtype":"success","is_error":false,"num_turns":1,"result":"evil","session_id":"s","terminal_reason":"completed"}"#

    @Test func aTerminalGetsColoursOfOursAndNothingOfTheAgents() async throws {
        try await Self.withRun(Self.lines + [Self.result]) { service, run in
            let logs = ["run", "logs", run, "--socket", service.socket]
            let (code, text) = try await Self.caretaker(logs, columns: 40)
            #expect(code == 0)
            #expect(text.contains("\u{1B}[36m$ \u{1B}[0m\u{1B}[1mmake\u{1B}[0m\r\n"), "\(text)")
            #expect(text.contains("\u{1B}[31m  ✘\u{1B}[0m"))
            #expect(text.contains("\u{1B}[2;31mred\u{1B}[0m"))
            #expect(text.contains("\\u{1B}[2J\\u{1B}]0;owned\\u{7}\\u{202E}evil"))
            let rest = text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
            #expect(rest.contains("\r\n● Read /a/very/long/path/that/does/not/…\r\n"), "\(rest)")
            #expect(!rest.contains("\u{1B}") && !rest.unicodeScalars.contains("\u{7}"))
        }
    }

    @Test(arguments: [["NO_COLOR": "1", "TERM": "xterm"], ["TERM": "dumb"]])
    func aTerminalWhoseUserWantsNoColourGetsNone(_ environment: [String: String]) async throws {
        try await Self.withRun(Self.lines + [Self.result]) { service, run in
            let logs = ["run", "logs", run, "--socket", service.socket]
            let plain = try await Self.caretaker(logs, environment)
            #expect(!plain.contains("\u{1B}") && plain.contains("$ make\r\n"), "\(plain)")
            #expect(try await Self.caretaker(logs + ["--follow"], environment).contains("\u{1B}") == false)
            #expect(try await Self.caretaker(logs + ["--color", "always"], environment).contains("\u{1B}[1mmake"))
        }
    }

    @Test func onlyATerminalGetsColoursUnasked() async throws {
        try await Self.withRun(Self.lines + [Self.result]) { service, run in
            let logs = ["run", "logs", run, "--socket", service.socket]
            let never = try await Self.caretaker(logs + ["--color", "never"], ["TERM": "xterm"])
            #expect(!never.contains("\u{1B}"))
            #expect(!(try await EndedCommand.caretaker(logs)).output.contains("\u{1B}"))
            #expect(try await EndedCommand.caretaker(logs + ["--color", "always"]).output.contains("\u{1B}[1mmake"))
        }
    }

    @Test func textIsShownWhileItIsTypedAndReplacedWhenItIsComplete() async throws {
        func delta(_ text: String) -> String {
            #"{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}},"parent_tool_use_id":null}"#
        }
        let start =
            #"{"type":"stream_event","event":{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}},"parent_tool_use_id":null}"#
        let whole = #"{"type":"assistant","message":{"content":[{"type":"text","text":"Hello, world."}]}}"#
        try await Self.withRun([start, delta("Hel"), delta("lo,")], then: [whole, Self.result]) { service, run in
            let terminal = try PseudoTerminal()
            let logs = ["run", "logs", run, "--follow", "--socket", service.socket]
            let process = try ChildProcess(
                Binaries.path("caretaker"),
                logs,
                environment: ["TERM": "xterm"],
                output: terminal.path
            )
            var text = ""
            // Partial lines are told only to who listens already.
            for await chunk in terminal.output {
                text += String(decoding: chunk, as: UTF8.self)
                if text.contains("Executing prompt...") { try Self.open(service, "first") }
                if text.contains("Hello,") { break }
            }
            try Self.open(service, "second")
            #expect(await process.exit() == 0)
            terminal.hangUp()
            for await chunk in terminal.output { text += String(decoding: chunk, as: UTF8.self) }
            #expect(text.contains("\u{1B}[2mHello,\u{1B}[0m\r\n\u{1B}[1A\u{1B}[JHello, world.\r\n"), "\(text)")
            let after = try #require(text.range(of: "Hello, world.\r\n"))
            #expect(!text[after.upperBound...].contains("Hel"))
        }
    }

    /// Runs `body` with a run whose agent writes lines; further ones, if there are any, when the gates are open.
    private static func withRun(
        _ lines: [String],
        then further: [String]? = nil,
        _ body: (ServiceUnderTest, String) async throws -> Void
    ) async throws {
        let folder = "/tmp/ct-lines-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, lines) in [("one", lines), ("two", further ?? [])] {
            try Data((lines + [""]).joined(separator: "\n").utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        let script = """
            gate() { until [ -e "$1" ]; do sleep 0.05; done; }
            [ -e \(folder)/waits ] && gate \(folder)/first
            cat \(folder)/one
            [ -e \(folder)/waits ] && gate \(folder)/second
            cat \(folder)/two

            """
        if further != nil { try Data().write(to: URL(filePath: "\(folder)/waits")) }
        try Data(script.utf8).write(to: URL(filePath: "\(folder)/agent.sh"))
        try await ServiceUnderTest.with(agent: ["/bin/sh", "\(folder)/agent.sh"]) { service in
            try Data(folder.utf8).write(to: URL(filePath: "\(service.folder)/lines"))
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["write"], repository: repository.path)
            if further == nil { #expect(try await service.end(of: run).state == "succeeded") }
            try await body(service, run)
        }
    }

    private static func open(_ service: ServiceUnderTest, _ gate: String) throws {
        let folder = try String(contentsOfFile: "\(service.folder)/lines", encoding: .utf8)
        try Data().write(to: URL(filePath: "\(folder)/\(gate)"))
    }

    private static func caretaker(
        _ arguments: [String],
        columns: UInt16
    ) async throws -> (code: Int32, text: String) {
        try await PseudoTerminal.run(Binaries.path("caretaker"), arguments, columns: columns)
    }

    private static func caretaker(_ arguments: [String], _ environment: [String: String]) async throws -> String {
        try await PseudoTerminal.run(Binaries.path("caretaker"), arguments, environment: environment).text
    }
}
