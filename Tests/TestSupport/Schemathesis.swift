import Foundation

/// The program `schemathesis`, which `scripts/fetch-schemathesis` puts where it is found here.
package enum Schemathesis {
    /// Its path; nil when it is not on this machine.
    package static let program: String? = {
        let environment = ProcessInfo.processInfo.environment
        let caches = [environment["XDG_CACHE_HOME"], environment["HOME"].map { "\($0)/.cache" }, "/var/cache"]
        let found = caches.compactMap(\.self).flatMap { cache -> [String] in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(cache)/caretaker")) ?? []
            return names.filter { $0.hasPrefix("schemathesis-") }.map { "\(cache)/caretaker/\($0)" }
        }
        let whole = found.filter { FileManager.default.fileExists(atPath: "\($0)/.whole") }
        return whole.max { $0.compare($1, options: .numeric) == .orderedAscending }.map { "\($0)/bin/schemathesis" }
    }()

    /// Whether tests by it run: always in CI, so that they fail there when it is missing.
    package static var isWanted: Bool {
        program != nil || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// What to say when it is missing.
    package static let remedy = "run scripts/fetch-schemathesis"
}
