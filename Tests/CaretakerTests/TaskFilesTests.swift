import AgentStream
import Foundation
import Testing
import Yams

@testable import Caretaker

/// Which files of tasks there are, and where in them something stands.
@Suite(.timeLimit(.minutes(2))) struct TaskFilesTests {
    @Test func everyFaultHasItsPlace() throws {
        let text = """
            kind: task
            slug: a
            steps:
              - instructions: x
              -
                instructions: |
                  y
            ---
            # nothing

            ---
            kind: schedule
            """
        let file = try TaskFile(path: "/a.yaml", text: text)
        #expect(file.documents.count == 2)
        func place(_ document: Int, _ path: [JSONValue]) -> String? {
            file.mark(document: document, path: path).map { "\($0.line):\($0.column)" }
        }
        #expect(place(0, ["slug"]) == "2:1")
        #expect(place(0, ["steps", 1, "instructions"]) == "6:5")
        #expect(place(0, ["steps", 0, "checks"]) == "4:5")
        #expect(place(0, ["name"]) == "1:1")
        #expect(place(1, ["kind", "deeper"]) == "12:1")
    }

    @Test(arguments: [
        ("a: [", "/a.yaml:2:1: This is no YAML"), ("a: 1\na: 2", "/a.yaml:1:1: a: This key is given twice."),
        ("a: *b", "/a.yaml:1:4: This is no YAML"), ("\u{1}", "/a.yaml: This is no YAML"),
    ])
    func whatIsNoYAMLIsToldWithItsPlace(_ text: String, _ expected: String) {
        #expect {
            _ = try TaskFile(path: "/a.yaml", text: text)
        } throws: { error in
            "\(error)".hasPrefix(expected)
        }
    }

    @Test(arguments: ["12:30", "1200000000000000000:05", "1:00:00:00:00:00:00:00:00:00:00:00:00", "1:30.5"])
    func aNumberToTheBase60IsAText(_ text: String) throws {
        #expect(try TaskFile(path: "/a.yaml", text: "a: \(text)").content(0) == ["a": .string(text)])
    }

    @Test func aliasesOfAliasesDoNotGrowWithoutEnd() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let ten = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(ten)]\n"
        }
        let file = try TaskFile(path: "/a.yaml", text: text)
        #expect(throws: TaskFileProblem.self) { _ = try file.content(0) }
    }

    @Test func whatIsHiddenOrNoYAMLDoesNotCount() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "caretaker-files-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // As a cluster lays out files of a configuration: links to links, swapped at once.
        let names = ["..data-1/c.yaml", "sub/b.yml", "a.json", "README.md", ".git/x.yaml", ".a.yaml.swp", "d.yaml~"]
        for name in names {
            let path = URL(fileURLWithPath: "\(folder)/\(name)")
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data("{kind: task}".utf8).write(to: path)
        }
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/..data", withDestinationPath: "..data-1")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/c.yaml", withDestinationPath: "..data/c.yaml")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/loop", withDestinationPath: ".")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/gone.yaml", withDestinationPath: "nowhere")
        let files = try TaskFiles("\(folder)/sub/../.")
        #expect(files.root == folder)
        #expect(files.documents.map(\.file.path) == ["a.json", "c.yaml", "sub/b.yml"].map { "\(folder)/\($0)" })
        #expect(files.problems.map(\.file) == ["\(folder)/gone.yaml"])
    }
}
