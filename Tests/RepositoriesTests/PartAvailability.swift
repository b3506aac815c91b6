import FoundationEssentials
import Testing

/// Real parts that a test needs: missing ones fail the suite in CI, and skip the test with a line elsewhere.
enum Part: String {
    case sshd = "/usr/sbin/sshd"
    case python = "python3"
    case httpBackend = "git-http-backend"
    case daemon = "git-daemon"
    case openssl = "openssl"

    /// Whether to run the test: always in CI, so that it fails there when a part is missing.
    static func areHere(_ parts: Part...) -> Bool {
        ProcessInfo.processInfo.environment["CI"] == "true" || parts.allSatisfy(\.isHere)
    }

    private var isHere: Bool {
        let folders = ["/usr/sbin", "/usr/bin", "/bin", "/usr/lib/git-core"]
        let candidates = rawValue.hasPrefix("/") ? [rawValue] : folders.map { "\($0)/\(rawValue)" }
        return candidates.contains { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
