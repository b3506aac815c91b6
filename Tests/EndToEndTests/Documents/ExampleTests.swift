import Foundation
import TestSupport
import Testing

/// The examples of docs/api.md, against a live service.
@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: DocumentTool.areWanted(.shell, .node, .curl, .jq), "install curl, jq and nodejs")
)
struct ExampleTests {
    @Test func theExamplesPrintWhatTheHandbookSays() async throws {
        let examples = try Handbook("api.md").examples(in: ["sh", "js"])
        #expect(Set(examples.map(\.block.language)) == ["sh", "js"])
        try await ServiceUnderTest.with(agent: [Binaries.path("caretaker-demo-agent")]) { service in
            let files = ["notes.txt": "untidy   \nlines\t\n"]
            let repository = try await GitRepository(at: "\(service.folder)/repository", files: files)
            let environment = [
                "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "CARETAKER": "http://127.0.0.1:\(await service.port)",
                "REPOSITORY": repository.path,
            ]
            for (number, example) in examples.enumerated() {
                let file = "\(service.folder)/example-\(number).\(example.block.language == "js" ? "mjs" : "sh")"
                let text = (example.block.language == "sh" ? "set -euo pipefail\n" : "") + example.block.text
                try Data(text.utf8).write(to: URL(fileURLWithPath: file))
                let program = example.block.language == "js" ? DocumentTool.node : DocumentTool.shell
                let ended = try await EndedCommand.program(program.rawValue, [file], environment: environment)
                #expect(ended.code == 0, "\(example.block.text)\n\(ended.error)")
                let told = try #require(example.output, "\(example.block.text)")
                #expect(Handbook.isAlike(ended.output, told), "\(example.block.text)\n\(ended.output)")
            }
        }
    }

    @Test func whatIsPrintedOtherwiseIsNoticed() {
        #expect(Handbook.isAlike("a\nb\n", "a\nb\n"))
        #expect(Handbook.isAlike("a 1 b 2 c", "a … b … c"))
        #expect(Handbook.isAlike("a 1", "a …"))
        for told in ["a", "a\nb\nc", "b", "a …c", "…a"] { #expect(!Handbook.isAlike("a\nb\n", told), "\(told)") }
    }
}
