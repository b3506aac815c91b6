import Foundation
import TestSupport
import Testing

/// The declaration of the router, as the compiler of TypeScript takes it.
@Suite(.timeLimit(.minutes(10)), .enabled(if: DocumentTool.areWanted(.typeScript), "install node-typescript"))
struct TypeScriptTests {
    @Test func aClientsCallsAreTypedAndItsMistakesAreFound() async throws {
        let declaration = try await EndedCommand.caretaker(["documentation", "typescript"]).output
        let example = try #require(try Handbook("api.md").examples(in: ["ts"]).first).block.text
        try await compile(declaration, ["example.ts": example]) { ended in
            #expect(ended.code == 0, "\(ended.output)")
        }
    }

    @Test func aDeclarationWithOtherTypesIsNotTaken() async throws {
        let declaration = try await EndedCommand.caretaker(["documentation", "typescript"]).output
        let other = declaration.replacing("create: Mutation<{", with: "create: Query<{")
        #expect(other != declaration)
        try await compile(other, [:]) { ended in
            #expect(ended.code != 0 && ended.output.contains("client.ts"), "\(ended.output)")
        }
    }

    private func compile(
        _ declaration: String,
        _ more: [String: String],
        _ body: (EndedCommand) throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ct-types-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let standIn = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("stand-in")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for package in ["server", "client"] {
            let place = folder.appendingPathComponent("node_modules/@trpc/\(package)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: standIn.appendingPathComponent("\(package).d.ts"),
                to: place.appendingPathComponent("index.d.ts")
            )
        }
        for name in ["client.ts", "tsconfig.json"] {
            let file = standIn.appendingPathComponent(name)
            try FileManager.default.copyItem(at: file, to: folder.appendingPathComponent(name))
        }
        for (name, text) in more.merging(["trpc.d.ts": declaration], uniquingKeysWith: { $1 }) {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        try body(try await EndedCommand.program(DocumentTool.typeScript.rawValue, ["--project", folder.path]))
    }
}
