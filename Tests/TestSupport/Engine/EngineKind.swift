/// The container engines that tests run on.
package enum EngineKind: String, Sendable, CaseIterable {
    case docker
    case podman

    /// The programs that it needs, beside what every Debian has.
    var programs: [String] {
        switch self {
        case .docker: ["/usr/sbin/dockerd", "/usr/bin/docker", "/usr/sbin/runc"]
        case .podman: ["/usr/bin/podman", "/usr/bin/docker", "/usr/sbin/runc"]
        }
    }
}
