import ArgumentParser
import Foundation
import Testing

@testable import Caretaker

struct ManualTests {
    @Test func everyKeyIsExplained() {
        let page = ConfigurationManual(date: "November 23, 2026").text
        for key in ConfigurationKey.all {
            #expect(page.contains(".It Ic \\&\(key.name)\n"))
            #expect(page.contains("Environment: \(key.variable).\n"))
        }
    }

    @Test func everyCommandThatIsShownIsExplained() throws {
        let command = try CommandDescription.all()
        let page = CommandManual(command: command, date: "November 23, 2026").text
        let names = command.leaves().map(\.name)
        #expect(names.contains("caretaker schedule create") && names.contains("caretaker serve"))
        #expect(!names.contains { $0.contains("documentation") || $0.hasSuffix("help") })
        for name in names { #expect(page.contains(".Ss \"\(name.replacing("-", with: "\\-"))\"\n")) }
    }

    @Test func everyCommandHasExamplesThatCanBeTyped() async throws {
        for (name, command) in try CommandDescription.all().leaves() {
            #expect(!command.examples.isEmpty, "\(name)")
            for example in command.examples {
                #expect(example.count <= 78, "this would be wrapped: \(example)")
                let words = try Self.words(of: example)
                #expect(words.starts(with: name.split(separator: " ").map(String.init)), "\(example)")
                #expect(throws: Never.self, "\(example)") {
                    _ = try Caretaker.parseAsRoot(Array(words.dropFirst()))
                }
            }
        }
    }

    @Test func examplesStandInTheManualAsTheyAre() throws {
        let page = CommandManual(command: try .all(), date: "November 23, 2026").text
        #expect(page.contains(".Bd -literal -offset indent\ncaretaker schedule preview 'H H(1\\-5) * * *'"))
    }

    /// The words of a command as a shell reads it, without variables, redirections and what comes after.
    private static func words(of example: String) throws -> [String] {
        let script = "caretaker() { printf '%s\\0' caretaker \"$@\" >&3; }; { \(example); } 3>&1 >/dev/null"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let pipe = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = folder
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\0", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
    }

    @Test func anOptionOfManyCommandsIsExplainedOnce() throws {
        let page = CommandManual(command: try .all(), date: "November 23, 2026").text
        #expect(page.components(separatedBy: ".It Fl \\&\\-socket").count == 3)
        #expect(page.components(separatedBy: ".It Fl \\&\\-version").count == 2)
    }

    @Test func theHandbookNamesTheFileOfEverySecret() throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL.path
        let handbook = try String(contentsOfFile: "\(root)/docs/operations.md", encoding: .utf8)
        let secrets = ConfigurationKey.all.compactMap { key in key.credential.map { ($0, key.name) } }
        #expect(secrets.count >= 5)
        for (file, key) in secrets {
            let rows = handbook.split(separator: "\n").filter { $0.hasPrefix("| `\(file)` |") }
            #expect(rows.count == 1 && rows.first?.hasSuffix("| `\(key)` |") == true, "\(file)")
        }
    }

    @Test func textIsNeverTakenForOrders() {
        var text = ManualText()
        text.sentences(".Sh forged\nC:\\n \"quoted\" --option. Next 'one.")
        text.macro("Ss", "Nm", "")
        #expect(
            text.text == "\\&.Sh forged C:\\en \\(dqquoted\\(dq \\-\\-option.\nNext 'one.\n.Ss \\&Nm \"\"\n"
        )
    }
}
