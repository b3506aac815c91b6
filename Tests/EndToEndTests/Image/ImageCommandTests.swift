import Foundation
import Glibc
import TestSupport
import Testing

/// `caretaker image` as far as it goes without an engine.
@Suite(.timeLimit(.minutes(1)))
struct ImageCommandTests {
    private let folder = "/tmp/ct-image-\(UInt32.random(in: .min ... .max))"

    @Test func theBuildContextHoldsTheAgentAndTheProgramsWithTheirLibraries() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("#!/bin/sh\necho '1.2.3 (Some Code)'\n", to: "agent")
        let context = "\(folder)/context"
        let (code, _) = try await caretaker(
            ["build", "--into", context, "--agent", "\(folder)/agent", "--base", "some:base"] + dockerfile
        )
        #expect(code == 0)
        let words = try text("output").split(separator: " ").map(String.init)
        #expect(words.prefix(4) == ["docker", "build", "--tag", "caretaker-executor:latest"])
        #expect(words.contains("BASE=some:base") && words.contains("AGENT_VERSION=1.2.3"))
        #expect(words.contains { $0.wholeMatch(of: /AGENT_SHA256=[0-9a-f]{64}/) != nil })
        #expect(try text("context/agent/claude") == text("agent"))
        #expect(try text("context/Dockerfile").contains("FROM ${BASE}"))
        let programs = try FileManager.default.contentsOfDirectory(atPath: "\(context)/programs")
        #expect(programs.contains("libswiftCore.so") && !programs.contains { $0.hasPrefix("libc.") })
        let executor = try ChildProcess("\(context)/programs/caretaker-executor", ["--version"], environment: [:])
        #expect(await executor.exit() == 0)
    }

    @Test(arguments: ["/tmp", "/var/tmp"])
    func aContextIsNeverMadeOverWhatIsThere(parent: String) async throws {
        let folder = "\(parent)/ct-image-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (code, message) = try await caretaker(["build", "--into", folder, "--without-agent"] + dockerfile)
        #expect(code == EX_CANTCREAT)
        #expect(message == "caretaker: \(folder) is there already")
    }

    @Test func withoutAnEnginesCommandItIsSaidWhatIsMissing() async throws {
        let (code, message) = try await caretaker(["show"], path: "/nonexistent")
        #expect(code == EX_UNAVAILABLE)
        #expect(message.hasPrefix("caretaker: docker and podman not found"))
    }

    private var dockerfile: [String] { ["--dockerfile", "\(TestEngine.repository)/Executor/Dockerfile"] }

    /// Runs a command; answers its code and what it last said on standard error.
    ///
    /// The output is the file `output`, if there is a folder for it.
    private func caretaker(_ arguments: [String], path: String = "/usr/bin:/bin") async throws -> (Int32, String) {
        let keepsOutput = FileManager.default.fileExists(atPath: folder)
        let command = try ChildProcess(
            Binaries.path("caretaker"),
            ["image"] + arguments,
            environment: ["PATH": path],
            output: keepsOutput ? "\(folder)/output" : "/dev/null"
        )
        var last = ""
        for await line in command.errorLines { last = line }
        return (await command.exit(), last)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/\(name)")
    }
}
