import Foundation

/// The real `claude`, which `scripts/fetch-claude` puts where it is found here.
package enum RealAgent {
    /// Its path; nil when it is not on this machine.
    package static let program: String? = {
        let told = ProcessInfo.processInfo.environment["CARETAKER_CLAUDE"].map { [$0] } ?? []
        let found = (told + fetched).first { FileManager.default.isExecutableFile(atPath: $0) }
        return found.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    }()

    /// Whether tests on it run: always in CI, so that they fail there when it is missing.
    package static var isWanted: Bool {
        program != nil || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// What to say when it is missing.
    package static let remedy = "run scripts/fetch-claude"

    /// Every version that the script left, the newest first.
    private static var fetched: [String] {
        let environment = ProcessInfo.processInfo.environment
        let caches = [environment["XDG_CACHE_HOME"], environment["HOME"].map { "\($0)/.cache" }, "/var/cache"]
        return caches.compactMap(\.self).flatMap { cache -> [String] in
            let folder = "\(cache)/caretaker"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let versions = names.filter { $0.hasPrefix("claude-") }.sorted {
                $0.compare($1, options: .numeric) == .orderedDescending
            }
            return versions.map { "\(folder)/\($0)/claude" }
        }
    }
}
