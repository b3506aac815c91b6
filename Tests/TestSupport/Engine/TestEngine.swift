import Foundation
import Glibc
import Synchronization

/// A real container engine with its own socket, network and data; it is empty but for images.
///
/// It ends with this process, whatever ends that. The shared ones serve every test that leaves the daemon alone
/// or has it running again at its end.
package final class TestEngine: Sendable {
    package let kind: EngineKind
    package let socket: String
    /// Who may use the socket beside root.
    package let group: UInt32
    let folder: String
    let script: EngineScript
    let daemon: Mutex<Int32>
    /// The builds that this process has made: what goes into them does not change under it.
    let builds = Mutex<Set<[String]>>([])

    /// Starts an engine of one's own; to be ended with `end()`.
    package init(_ kind: EngineKind = .docker) throws {
        guard Self.lacks(kind) == nil else { throw EngineFailure(Self.lacks(kind) ?? "") }
        self.kind = kind
        folder = "/tmp/ct-engine-\(UInt32.random(in: .min ... .max))"
        socket = "\(folder)/engine.sock"
        script = try EngineScript(kind, folder: folder)
        daemon = Mutex(0)
        group = getgrnam("docker")?.pointee.gr_gid ?? 0
        try start()
    }

    /// The engine that all tests of this process share; started when it is first asked for.
    package static func shared(_ kind: EngineKind = .docker) throws -> TestEngine {
        switch kind {
        case .docker: try docker.get()
        case .podman: try podman.get()
        }
    }

    private static let docker = Result { try TestEngine(.docker) }
    private static let podman = Result { try TestEngine(.podman) }

    /// Whether tests on it run: always in CI, so that they fail there when it is missing.
    package static func isWanted(_ kind: EngineKind = .docker) -> Bool {
        lacks(kind) == nil || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// What to say when it is missing.
    package static let remedy = "run scripts/install-packages test, and the tests as root"

    private static func lacks(_ kind: EngineKind) -> String? {
        if geteuid() != 0 { return "A container engine for tests needs root." }
        let missing = kind.programs.filter { access($0, X_OK) != 0 }
        return missing.isEmpty ? nil : "Missing: \(missing.joined(separator: ", ")): \(remedy)"
    }
}
