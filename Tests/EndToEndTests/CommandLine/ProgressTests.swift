import Foundation
import TestSupport
import Testing

/// What takes long tells how far it is, to people only.
@Suite(.timeLimit(.minutes(3)))
struct ProgressTests {
    @Test func aBackupTellsHowFarItIsOnATerminal() async throws {
        try await ServiceUnderTest.with { service in
            let shown = try await Self.backup(service, to: "one", [])
            #expect(shown.contains("\rthe service copies the database (0 s)\u{1B}[K"), "\(shown)")
            #expect(shown.hasSuffix("\r\u{1B}[K"), "\(shown)")
            #expect(try await Self.backup(service, to: "two", ["--quiet"]).isEmpty)
            let elsewhere = try await EndedCommand.caretaker(
                ["backup", "\(service.folder)/three", "--socket", service.socket]
            )
            #expect(elsewhere.code == 0 && elsewhere.error.isEmpty && elsewhere.output.contains(" bytes in "))
        }
    }

    /// What is written to standard error, which is a terminal.
    private static func backup(
        _ service: ServiceUnderTest,
        to name: String,
        _ options: [String]
    ) async throws -> String {
        let terminal = try PseudoTerminal()
        let process = try ChildProcess(
            Binaries.path("caretaker"),
            ["backup", "\(service.folder)/\(name)", "--socket", service.socket] + options,
            environment: [:],
            error: terminal.held
        )
        #expect(await process.exit() == 0)
        terminal.hangUp()
        var text = ""
        for await chunk in terminal.output { text += String(decoding: chunk, as: UTF8.self) }
        return text
    }
}
