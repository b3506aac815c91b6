import AgentStream
import Foundation
import TestSupport
import Testing

/// `caretaker task edit` with editors that are scripts, on a terminal.
@Suite(.timeLimit(.minutes(3)))
struct TaskEditTests {
    @Test func whatIsSavedIsTheNextVersion() async throws {
        try await Self.withTask { service, folder in
            let (code, text) = try await Self.edit(service, folder, "sed -i 's/^name: .*/name: Renamed/' \"$1\"")
            #expect(code == 0 && text.contains("one: version 2"), "\(text)")
            let task = try await service.query("tasks.byId", ["id": "one"])
            #expect(task["name"] == "Renamed" && task["version"] == 2 && task["steps"] == Self.steps)
            #expect(try Self.kept(folder).isEmpty)
        }
    }

    @Test(arguments: ["true", ": > \"$1\"", "echo '# another comment' >> \"$1\""])
    func savingNothingNewChangesNothing(_ editor: String) async throws {
        try await Self.withTask { service, folder in
            let (code, _) = try await Self.edit(service, folder, editor)
            #expect(code == 0)
            #expect(try await service.query("tasks.byId", ["id": "one"])["version"] == 1)
            #expect(try Self.kept(folder).isEmpty)
        }
    }

    @Test func whatIsWrongIsToldAtItsLineAndTheEditorOpensAgain() async throws {
        try await Self.withTask { service, folder in
            // A fault of YAML, then one that only the service knows, then none.
            let editor = """
                count=$(ls "\(folder)"/seen-* 2>/dev/null | wc -l)
                cp "$1" "\(folder)/seen-$count"
                case $count in
                    0) echo 'settings: [' >> "$1";;
                    1) sed -i '/^settings: \\[/d; s/^settings:.*/settings: {maxConcurrent: many}/' "$1";;
                    2) sed -i 's/many/7/' "$1";;
                esac
                """
            let (code, text) = try await Self.edit(service, folder, editor)
            #expect(code == 0, "\(text)")
            let task = try await service.query("tasks.byId", ["id": "one"])
            #expect(task["settings"] == ["maxConcurrent": 7] && task["version"] == 2)
            let second = try String(contentsOfFile: "\(folder)/seen-1", encoding: .utf8)
            #expect(second.contains("# ERROR: "), "\(second)")
            let third = try String(contentsOfFile: "\(folder)/seen-2", encoding: .utf8)
            let lines = third.components(separatedBy: "\n")
            let place = try #require(lines.firstIndex { $0.hasPrefix("# ERROR: settings.maxConcurrent: ") }, "\(third)")
            #expect(lines[place + 1].hasPrefix("settings: {maxConcurrent: many}"), "\(third)")
            #expect(lines.count { $0.hasPrefix("# ERROR: ") } == 1)
            #expect(try Self.kept(folder).isEmpty)
        }
    }

    @Test func whoGivesUpFindsWhatWasTyped() async throws {
        try await Self.withTask { service, folder in
            let editor = "grep -q precious \"$1\" || printf 'precious: work\\n' >> \"$1\""
            let (code, text) = try await Self.edit(service, folder, editor)
            #expect(code == 65, "\(text)")
            let kept = try #require(try Self.kept(folder).first)
            #expect(text.contains("what you typed is kept in \(folder)/tmp/\(kept)"), "\(text)")
            let content = try String(contentsOfFile: "\(folder)/tmp/\(kept)", encoding: .utf8)
            #expect(content.contains("precious: work\n"))
            let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/tmp/\(kept)")[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }

    @Test func anEditorThatFailsLosesNothing() async throws {
        try await Self.withTask { service, folder in
            let (code, text) = try await Self.edit(service, folder, "sed -i 's/^name: .*/name: Typed/' \"$1\"; exit 3")
            #expect(code != 0 && text.contains("failed (3)") && text.contains("is kept in"), "\(text)")
            #expect(try await service.query("tasks.byId", ["id": "one"])["version"] == 1)
            #expect(try Self.kept(folder).count == 1)
        }
    }

    @Test func aChangeMadeMeanwhileIsNotOverwritten() async throws {
        try await Self.withTask { service, folder in
            let terminal = try PseudoTerminal()
            let editor = """
                sed -i 's/^name: .*/name: Mine/' "$1"
                : > "\(folder)/opened"
                until [ -e "\(folder)/go" ]; do sleep 0.05; done
                """
            let process = try terminal.start(
                Binaries.path("caretaker"),
                ["task", "edit", "one", "--socket", service.socket],
                environment: try Self.environment(folder, editor)
            )
            try await waitUntil { FileManager.default.fileExists(atPath: "\(folder)/opened") }
            _ = try await service.mutate("tasks.update", ["id": "one", "name": "Theirs", "steps": Self.steps])
            try service.makeFile("\(folder)/go")
            var error = ""
            for await line in process.errorLines { error += line + "\n" }
            #expect(await process.exit() == 70)
            terminal.hangUp()
            #expect(error.contains("is at version 2 by now") && error.contains("is kept in"), "\(error)")
            #expect(try await service.query("tasks.byId", ["id": "one"])["name"] == "Theirs")
            #expect(try Self.kept(folder).count == 1)
        }
    }

    @Test func theEditorHasTheTerminal() async throws {
        try await Self.withTask { service, folder in
            let editor = "[ -t 0 ] && [ -t 1 ] && : > \"\(folder)/terminal\""
            let (code, text) = try await Self.edit(service, folder, editor)
            #expect(code == 0 && FileManager.default.fileExists(atPath: "\(folder)/terminal"), "\(text)")
        }
    }

    private static let steps: JSONValue = [["instructions": "First.\n\n  Second: \"#\"\n", "checks": ""]]

    private static func withTask(_ body: (ServiceUnderTest, String) async throws -> Void) async throws {
        try await ServiceUnderTest.with { service in
            try FileManager.default.createDirectory(atPath: "\(service.folder)/tmp", withIntermediateDirectories: true)
            _ = try await service.mutate("tasks.create", ["name": "One", "steps": steps])
            try await body(service, service.folder)
        }
    }

    private static func environment(_ folder: String, _ editor: String) throws -> [String: String] {
        try Data("#!/bin/sh\n\(editor)\n".utf8).write(to: URL(filePath: "\(folder)/editor"))
        return ["TERM": "xterm", "PATH": "/usr/bin:/bin", "TMPDIR": "\(folder)/tmp", "VISUAL": "sh \(folder)/editor"]
    }

    /// The code, and what was written to the terminal and to standard error.
    private static func edit(
        _ service: ServiceUnderTest,
        _ folder: String,
        _ editor: String
    ) async throws -> (Int32, String) {
        let terminal = try PseudoTerminal()
        let process = try terminal.start(
            Binaries.path("caretaker"),
            ["task", "edit", "one", "--socket", service.socket],
            environment: try environment(folder, editor)
        )
        var text = ""
        for await line in process.errorLines { text += line + "\n" }
        let code = await process.exit()
        terminal.hangUp()
        for await chunk in terminal.output { text += String(decoding: chunk, as: UTF8.self) }
        return (code, text)
    }

    private static func kept(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tmp")
    }
}
