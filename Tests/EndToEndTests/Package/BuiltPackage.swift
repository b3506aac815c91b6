import Foundation
import Synchronization
import TestSupport

/// The package as `make deb` would make it, of the programs that were built with the tests.
enum BuiltPackage {
    /// The tools without which there is none.
    private static let tools = ["/usr/bin/dh", "/usr/bin/dpkg-buildpackage", "/usr/bin/lintian", "/usr/bin/mandoc"]

    /// Whether to run its tests: always in CI, so that they fail there when a tool is missing.
    static var isWanted: Bool {
        ProcessInfo.processInfo.environment["CI"] == "true"
            || tools.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static let made = Mutex<String?>(nil)

    /// Makes the package when it is first asked for; answers its path.
    static func path() async throws -> String {
        if let path = made.withLock({ $0 }) { return path }
        let programs = URL(fileURLWithPath: Binaries.path("caretaker")).deletingLastPathComponent().path
        let path = try await output(
            of: "\(TestEngine.repository)/packaging/build",
            [programs, "\(programs)/package"],
            adding: ["PACKAGE_COMPRESSION": "-Zgzip -z1"]
        )
        made.withLock { $0 = path }
        return path
    }

    /// Writes the same package to a path as one of another version.
    static func write(version: String, to path: String) async throws {
        let folder = "\(path).files"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try await output(of: "/usr/bin/dpkg-deb", ["--raw-extract", try await self.path(), folder])
        let control = "\(folder)/DEBIAN/control"
        let text = try String(contentsOfFile: control, encoding: .utf8)
        let changed = text.replacing(/\nVersion: [^\n]*/, with: "\nVersion: \(version)")
        try Data(changed.utf8).write(to: URL(fileURLWithPath: control))
        _ = try await output(of: "/usr/bin/dpkg-deb", ["-Znone", "--root-owner-group", "--build", folder, path])
    }

    struct Failed: Error {
        let program: String
        let log: String
    }

    private static func output(
        of program: String,
        _ arguments: [String],
        adding more: [String: String] = [:]
    ) async throws -> String {
        let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"].merging(more) { $1 }
        let outcome = try await EndedCommand.program(program, arguments, environment: environment)
        guard outcome.code == 0 else { throw Failed(program: program, log: String(outcome.error.suffix(3000))) }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
