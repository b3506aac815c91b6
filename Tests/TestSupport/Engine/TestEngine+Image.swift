import Foundation
import Synchronization

extension TestEngine {
    /// The checkout that the tests were built from.
    package static var repository: String { EngineScript.repository }

    /// A Debian without anything.
    package static let baseImage = "debian:12-slim"

    /// Sees to it that the base image is there; answers its name.
    @discardableResult
    package func base() async throws -> String {
        try await runProgram("\(EngineScript.repository)/scripts/image-base", [Self.baseImage], adding: told)
        return Self.baseImage
    }

    /// Builds an image of the executor with the command under test; answers its name.
    @discardableResult
    package func buildImage(_ tag: String, _ arguments: [String]) async throws -> String {
        let build = [tag] + arguments
        if builds.withLock({ $0.contains(build) }) { return tag }
        try await base()
        // Docker's command has no builder that Podman offers.
        let command =
            kind == .podman
            ? ["--engine", "/usr/bin/podman", "--host", "unix://\(socket)"] : ["--engine", Self.command]
        try await runProgram(
            Binaries.path("caretaker"),
            ["image", "build"] + command + ["--network", "host", "--tag", tag]
                + ["--dockerfile", "\(Self.repository)/Executor/Dockerfile"] + arguments,
            adding: told
        )
        builds.withLock { _ = $0.insert(build) }
        return tag
    }

    /// A small image with git, Python and the test agent; as quick to make as its layers are still there.
    package func testImage() async throws -> String {
        try await buildImage(
            "caretaker-executor:test",
            [
                "--without-agent", "--packages", "ca-certificates git python3-minimal tini",
                "--program", Binaries.path("TestAgent"),
            ]
        )
    }

    /// What this process was told about its surroundings, as far as the programs need it.
    private var told: [String: String] {
        let environment = ProcessInfo.processInfo.environment.filter { name, _ in
            ["PATH", "HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH"].contains(name) || name.hasPrefix("PIP_")
                || name.hasSuffix("_CERT")
        }
        return environment.merging(["CARETAKER_ENGINE_COMMAND": Self.command]) { $1 }
    }
}
