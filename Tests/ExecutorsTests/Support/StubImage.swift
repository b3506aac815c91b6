import Foundation
import TestSupport

/// An image of one small static program that answers `/health` on the run's socket, or does what a file tells it.
///
/// Imported in a moment, where the real image takes long to build.
enum StubImage {
    static let name = "caretaker-stub:latest"

    /// Brings the image to an engine.
    static func load(into engine: TestEngine) async throws {
        let path = try await archive()
        try await engine.run("import", path, name)
        try FileManager.default.removeItem(atPath: path)
    }

    private static func archive() async throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/ct-stub-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: "\(folder)/root/bin", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/stub.c.txt").path
        // The package manager takes no C in a Swift target, so it has another name's ending.
        try await Program.run(
            "/usr/bin/cc",
            ["-static", "-Os", "-o", "\(folder)/root/bin/caretaker-executor", "-x", "c", source]
        )
        let archive = "\(folder).tar"
        try await Program.run("/usr/bin/tar", ["-cf", archive, "-C", "\(folder)/root", "."])
        return archive
    }
}

/// Runs a program to its end.
enum Program {
    struct Failed: Error {
        let path: String
        let code: Int32
    }

    static func run(_ path: String, _ arguments: [String]) async throws {
        let child = try ChildProcess(path, arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
        let code = await child.exit()
        guard code == 0 else { throw Failed(path: path, code: code) }
    }
}
