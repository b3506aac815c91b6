import Foundation
import Testing

@testable import OpsMetrics

/// The rules, their tests and the dashboard, which name metrics that must be there.
@Suite struct OperatorFilesTests {
    private static func text(_ name: String) throws -> String {
        try String(contentsOf: Scene.folder.appendingPathComponent(name), encoding: .utf8)
    }

    private static func matches(_ pattern: String, in text: String) throws -> [[String]] {
        let expression = try NSRegularExpression(pattern: pattern)
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).map { match in
            (0..<match.numberOfRanges).map { index in
                Range(match.range(at: index), in: text).map { String(text[$0]) } ?? ""
            }
        }
    }

    /// Every expression of the dashboard, taken out of its JSON.
    private static func dashboardExpressions() throws -> String {
        let json = try JSONSerialization.jsonObject(with: Data(text("caretaker.dashboard.json").utf8))
        func expressions(_ value: Any) -> [String] {
            if let list = value as? [Any] { return list.flatMap(expressions) }
            guard let object = value as? [String: Any] else { return [] }
            return object.flatMap { key, value in
                ["expr", "query", "definition"].contains(key)
                    ? [value as? String].compactMap(\.self) : expressions(value)
            }
        }
        return expressions(json).joined(separator: "\n")
    }

    private static func text(of file: String) throws -> String {
        file == "caretaker.dashboard.json" ? try dashboardExpressions() : try text(file)
    }

    static let files = ["caretaker.rules.yml", "caretaker.rules.test.yml", "caretaker.dashboard.json"]

    @Test(arguments: files)
    func everyMetricThatIsNamedIsInTheCatalogue(file: String) throws {
        let known = Set(Scene().metrics.registry.families.flatMap(\.sampleNames))
        let names = Set(try Self.matches("\\b(?:caretaker|process)_[a-z0-9_]+", in: Self.text(of: file)).map { $0[0] })
        #expect(names.count > 10)
        #expect(names.subtracting(known).isEmpty)
    }

    @Test(arguments: files)
    func everyLabelAndWordThatIsNamedIsOneOfTheMetrics(file: String) throws {
        var families: [String: FamilyDescription] = [:]
        for family in Scene().metrics.registry.families { for name in family.sampleNames { families[name] = family } }
        let selectors = try Self.matches("\\b((?:caretaker|process)_[a-z0-9_]+)\\{([^}]*)\\}", in: Self.text(of: file))
        #expect(!selectors.isEmpty)
        for selector in selectors {
            let family = try #require(families[selector[1]])
            for matcher in try Self.matches("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"", in: selector[2]) {
                if ["job", "instance", "le"].contains(matcher[1]) { continue }
                let label = try #require(family.labels.first { $0.name == matcher[1] }, "\(selector[0])")
                guard let words = label.words, !["model", "family"].contains(label.name) else { continue }
                let wanted = matcher[2].contains("~") ? matcher[3].split(separator: "|").map(String.init) : [matcher[3]]
                #expect(Set(wanted).isSubset(of: words), "\(selector[0])")
            }
        }
    }

    @Test func everyAlertHasATestThatMakesItFireAndOneThatDoesNotAndAPageOfTheRunbook() throws {
        let rules = try Self.text("caretaker.rules.yml")
        let tests = try Self.text("caretaker.rules.test.yml")
        let runbook = try Self.text("runbook.md")
        let alerts = try Self.matches("- alert: (\\w+)", in: rules).map { $0[1] }
        #expect(alerts.count == 17)
        for alert in alerts {
            #expect(tests.contains("alertname: \(alert)\n    exp_alerts:"), "\(alert) never fires")
            #expect(tests.contains("alertname: \(alert)}"), "\(alert) is never silent")
            #expect(runbook.contains("\n## \(alert)\n"))
            #expect(rules.contains("runbook.md#\(alert.lowercased())\""))
        }
    }

    @Test(
        .enabled(if: Peer.promtool.isWanted),
        arguments: [
            ["check", "rules", "caretaker.rules.yml"], ["test", "rules", "caretaker.rules.test.yml"],
            ["check", "config", "scrape.yml"],
        ]
    )
    func promtoolAgrees(arguments: [String]) throws {
        let (status, output) = try Peer.promtool.run(arguments, folder: Scene.folder)
        #expect(status == 0, "\(output)")
    }

    @Test(.enabled(if: Peer.promtool.isWanted))
    func promtoolReadsEveryExpressionOfTheDashboard() throws {
        let expressions = try Self.dashboardExpressions().split(separator: "\n").filter { $0.contains("{") }
            .filter { !$0.hasPrefix("label_values") }
        #expect(expressions.count > 30)
        var rules = "groups:\n- name: dashboard\n  rules:\n"
        for (index, expression) in expressions.enumerated() {
            let plain = expression.replacingOccurrences(of: "$__rate_interval", with: "5m")
            rules += "  - record: panel:\(index)\n    expr: '\(plain)'\n"
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yml")
        try Data(rules.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (status, output) = try Peer.promtool.run(["check", "rules", file.path])
        #expect(status == 0, "\(output)")
    }
}
