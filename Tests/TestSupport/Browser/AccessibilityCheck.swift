import AgentStream
import Foundation

/// axe-core, which `scripts/fetch-axe` puts where it is found here: it finds what keeps people from using a page.
package struct AccessibilityCheck: Sendable {
    /// Whether tests on it run: always in CI, so that they fail there when it is missing.
    package static var isWanted: Bool {
        path != nil || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// What to say when it is missing.
    package static let remedy = "run scripts/fetch-axe"

    package struct Missing: Error {}

    private static var path: String? {
        let environment = ProcessInfo.processInfo.environment
        let caches = [environment["XDG_CACHE_HOME"], environment["HOME"].map { "\($0)/.cache" }].compactMap(\.self)
        return caches.map { "\($0)/caretaker/axe-4.12.1/axe.min.js" }.first(where: FileManager.default.isReadableFile)
    }

    private let script: String

    package init() throws {
        guard let path = Self.path else { throw Missing() }
        script = try String(contentsOfFile: path, encoding: .utf8)
    }

    /// What is serious or critical on a page, one line for each thing.
    package func faults(of page: BrowserPage) async throws -> [String] {
        if try await page.evaluate("typeof axe").string != "object" { try await page.evaluate("\(script); 0") }
        let faults = try await page.evaluate(
            """
            axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
              .filter(({ impact }) => impact === "serious" || impact === "critical")
              .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 300)} ${any[0]?.message ?? ""}`)))
            """
        )
        return (faults.array ?? []).compactMap(\.string)
    }
}
