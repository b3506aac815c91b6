import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct DemoAgentTests {
    /// Runs the demo agent in a repository with some files, and shows its lines.
    private func run(
        files: [String: String],
        identity: Bool = true,
        _ check: (String, [[String: Any]], Int32) async throws -> Void
    ) async throws {
        try await ExecutorUnderTest.with(isStarted: false) { executor in
            let folder = executor.workspace
            try await Program.git("init", "-q", "-b", "main", in: folder)
            for (name, text) in files {
                try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
            }
            try await Program.git("add", "-A", in: folder)
            try await Program.git("commit", "-q", "--allow-empty", "-m", "first", in: folder)
            if identity {
                try await Program.git("config", "user.name", "Demo", in: folder)
                try await Program.git("config", "user.email", "demo@example.org", in: folder)
            }
            let script = "cd \"$1\" && HOME=/nowhere exec \"$0\" </dev/null"
            let arguments = ["-c", script, Binaries.path("caretaker-demo-agent"), folder]
            let result = try await Program.run("/bin/sh", arguments)
            let lines = try result.output.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            try await check(folder, lines, result.code)
        }
    }

    @Test func itTidiesAndCommitsAndSaysWhatItIs() async throws {
        let files = [
            "a.txt": "one  \ntwo\t\nthree", "crlf.txt": "x \r\ny\r\n", "hard.md": "line  \nnext \n   \n",
            "table.tsv": "a\t\t\n", "clean.txt": "clean\n",
        ]
        try await run(files: files) { folder, lines, code in
            #expect(code == 0)
            #expect(try String(contentsOfFile: "\(folder)/a.txt", encoding: .utf8) == "one\ntwo\nthree\n")
            #expect(try String(contentsOfFile: "\(folder)/crlf.txt", encoding: .utf8) == "x\r\ny\r\n")
            #expect(try String(contentsOfFile: "\(folder)/hard.md", encoding: .utf8) == "line  \nnext\n\n")
            #expect(try String(contentsOfFile: "\(folder)/table.tsv", encoding: .utf8) == "a\t\t\n")
            let subject = try await Program.git("log", "-1", "--format=%s", in: folder)
            #expect(subject == "Tidy white space in 3 files, add .editorconfig")
            #expect(try await Program.git("status", "--porcelain", in: folder) == "")
            #expect(lines.first?["subtype"] as? String == "init")
            #expect(lines.first?["model"] as? String == "demo-agent")
            #expect("\(lines[1])".contains("not a language model"))
            let last = try #require(lines.last)
            #expect(last["type"] as? String == "result")
            #expect(last["subtype"] as? String == "success")
            #expect(last["is_error"] as? Bool == false)
            #expect(last["terminal_reason"] as? String == "completed")
            #expect(lines.contains { "\($0)".contains("structuredPatch") })
        }
    }

    @Test func aTidyRepositoryIsLeftAlone() async throws {
        try await run(files: ["a.txt": "one\n", ".editorconfig": "root = true\n"]) { folder, lines, code in
            #expect(code == 0)
            #expect(lines.last?["result"] as? String == "nothing to do")
            let subject = try await Program.git("log", "-1", "--format=%s", in: folder)
            #expect(subject == "first")
        }
    }

    @Test func withoutAnIdentityItFailsHonestly() async throws {
        try await run(files: ["a.txt": "one \n"], identity: false) { _, lines, code in
            #expect(code == 1)
            #expect(lines.last?["is_error"] as? Bool == true)
        }
    }

    @Test func outsideARepositoryItFailsHonestly() async throws {
        try await ExecutorUnderTest.with(isStarted: false) { executor in
            let script = "cd \"$1\" && exec \"$0\" </dev/null"
            let arguments = ["-c", script, Binaries.path("caretaker-demo-agent"), executor.workspace]
            let result = try await Program.run("/bin/sh", arguments)
            #expect(result.code == 1)
            #expect(result.output.contains(#""is_error":true"#))
        }
    }
}
