import OpsMetrics

/// One thing that must be there for the service to do its work.
package struct HealthCheck: Sendable {
    package let name: String
    /// Whether the service is not ready without it.
    private let isVital: Bool
    private let work: UnattendedWork<String>

    /// - Parameters:
    ///   - name: A word, which metrics show too.
    ///   - isVital: Whether the service is not ready without it.
    ///   - look: Answers how it is in a few words; throws `HealthProblem` when it is not there.
    package init(
        _ name: String,
        isVital: Bool = true,
        look: @escaping @Sendable () async throws -> String
    ) {
        self.name = name
        self.isVital = isVital
        work = UnattendedWork(look)
    }
}

/// Why a part of the service's readiness is not there.
package struct HealthProblem: Error {
    let message: String
    /// What to do about it.
    let remedy: String?

    package init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
}

/// What a check found.
package struct HealthFinding: Hashable, Sendable {
    package let name: String
    package let isOK: Bool
    package let text: String
    package let remedy: String?
    /// Whether the service is not ready without it.
    package let isVital: Bool

    /// Whether the service can do its work as far as this goes.
    var allowsWork: Bool { isOK || !isVital }
}

/// Looks whether the service can do its work; what was found holds for a moment, however many ask.
package actor Health {
    private let checks: [HealthCheck]
    private let patience: Duration
    private let freshness: Duration
    private var last: (at: ContinuousClock.Instant, findings: [HealthFinding])?

    package init(_ checks: [HealthCheck], patience: Duration = .seconds(3), freshness: Duration = .seconds(1)) {
        self.checks = checks
        self.patience = patience
        self.freshness = freshness
    }

    /// What each check finds, in their order.
    package func findings() async -> [HealthFinding] {
        if let last, last.at.duration(to: .now) < freshness { return last.findings }
        let found = await look()
        last = (.now, found)
        return found
    }

    private func look() async -> [HealthFinding] {
        let patience = patience
        return await withTaskGroup(of: (Int, HealthFinding).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await check.finding(within: patience)) }
            }
            var found: [Int: HealthFinding] = [:]
            for await (index, finding) in group { found[index] = finding }
            return checks.indices.compactMap { found[$0] }
        }
    }
}

extension HealthCheck {
    /// What the check finds; one that takes too long is not waited for.
    fileprivate func finding(within limit: Duration) async -> HealthFinding {
        do {
            guard let text = try await work.value(within: limit) else {
                return finding(isOK: false, "does not answer within \(limit)")
            }
            return finding(isOK: true, text)
        } catch let problem as HealthProblem {
            return finding(isOK: false, problem.message, problem.remedy)
        } catch {
            return finding(isOK: false, "\(error)")
        }
    }

    private func finding(isOK: Bool, _ text: String, _ remedy: String? = nil) -> HealthFinding {
        HealthFinding(name: name, isOK: isOK, text: text, remedy: remedy, isVital: isVital)
    }
}
