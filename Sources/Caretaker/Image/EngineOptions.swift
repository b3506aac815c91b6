import ArgumentParser
import Foundation
import Glibc

/// Which engine the image commands speak to, and through which program.
struct EngineOptions: ParsableArguments {
    @Option(help: "The program to use (default: docker, else podman).")
    var engine: String?

    @Option(
        help: "The engine's address, such as unix:///run/docker.sock (default: $DOCKER_HOST, else the program's own)."
    )
    var host: String?

    /// The program with the address in its environment.
    func command() throws -> HostProgram {
        let wanted = engine.map { [$0] } ?? ["docker", "podman"]
        guard let found = wanted.lazy.compactMap(HostProgram.path(of:)).first else {
            throw Failure(
                "\(wanted.joined(separator: " and ")) not found; the image is built with the command docker or podman "
                    + "(Debian: docker.io, podman), on this machine or another",
                code: EX_UNAVAILABLE
            )
        }
        return HostProgram(found, environment: host.map { ["DOCKER_HOST": $0, "CONTAINER_HOST": $0] } ?? [:])
    }
}
