import AgentStream
import Curl
import Foundation
import TestSupport

/// Debian's Prometheus, which scrapes a service every second.
struct PrometheusServer: Sendable {
    static let program = "/usr/bin/prometheus"

    /// Whether to run its tests: always in CI, so that they fail there when it is missing.
    static var isWanted: Bool {
        ProcessInfo.processInfo.environment["CI"] == "true"
            || FileManager.default.isExecutableFile(atPath: program)
    }

    /// A series of an alert that is pending or firing.
    struct Alert: Hashable, Sendable {
        let name: String
        let state: String
        /// The task or the schedule that it is about.
        let subject: String?
    }

    private let base: String
    private let curl: CurlClient

    /// Runs `body` beside a server with its data in `folder`, and answers what the server warned of.
    @discardableResult
    static func run(
        scraping port: Int,
        in folder: String,
        rules: String? = nil,
        _ body: (PrometheusServer) async throws -> Void
    ) async throws -> [String] {
        if let rules { try Data(rules.utf8).write(to: URL(fileURLWithPath: "\(folder)/rules.yml")) }
        let configuration = """
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [\(rules == nil ? "" : "rules.yml")]
            scrape_configs:
            - job_name: caretaker
              static_configs: [{ targets: ["127.0.0.1:\(port)"] }]
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/prometheus.yml"))
        let own = try LoopbackPort.free()
        let process = try ChildProcess(
            program,
            [
                "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/tsdb",
                "--web.listen-address=127.0.0.1:\(own)", "--log.level=warn",
                "--enable-feature=exemplar-storage",
            ],
            environment: [:]
        )
        let server = PrometheusServer(
            base: "http://127.0.0.1:\(own)",
            curl: try CurlClient(environmentProxies: false)
        )
        do {
            try await body(server)
        } catch {
            _ = await server.end(process)
            throw error
        }
        return await server.end(process)
    }

    private func end(_ process: ChildProcess) async -> [String] {
        process.send(SIGTERM)
        var warnings: [String] = []
        for await line in process.errorLines where !line.contains("Received SIGTERM") { warnings.append(line) }
        _ = await process.exit()
        await curl.shutdown()
        return warnings
    }

    /// The values of an expression's series by a label; nothing while the server does not answer.
    func values(_ expression: String, by label: String = "job") async throws -> [String: String] {
        guard let answer = try await get("/api/v1/query?query=\(Self.escaped(expression))") else { return [:] }
        return (answer["data"]?["result"]?.array ?? []).reduce(into: [:]) { values, series in
            values[series["metric"]?[label]?.string ?? ""] = series["value"]?[1]?.string
        }
    }

    /// The one number that an expression gives for the service; nil for none.
    func value(_ expression: String) async throws -> Double? {
        try await values(expression)["caretaker"].flatMap(Double.init)
    }

    /// Returns when an expression has this one value; the suite's time limit ends the waiting.
    func wait(for expression: String, toBe value: String) async throws {
        while try await values(expression) != ["caretaker": value] { await Task.yield() }
    }

    /// What is wrong with the last scrape; empty for nothing.
    func lastError() async throws -> String? {
        try await get("/api/v1/targets")?["data"]?["activeTargets"]?[0]?["lastError"]?.string
    }

    /// The alerts that are pending or firing; nil while the server does not answer.
    func alerts() async throws -> Set<Alert>? {
        guard let alerts = try await get("/api/v1/alerts")?["data"]?["alerts"]?.array else { return nil }
        return Set(
            alerts.map { alert in
                let labels = alert["labels"]
                return Alert(
                    name: labels?["alertname"]?.string ?? "",
                    state: alert["state"]?.string ?? "",
                    subject: (labels?["schedule"] ?? labels?["task"])?.string
                )
            }
        )
    }

    /// The runs that are shown as examples of a series; only OpenMetrics can carry them.
    func exemplars(_ expression: String) async throws -> [String] {
        let now = Date().timeIntervalSince1970
        let path = "/api/v1/query_exemplars?query=\(Self.escaped(expression))&start=\(now - 600)&end=\(now + 60)"
        let series = try await get(path)?["data"]?.array ?? []
        return series.flatMap { $0["exemplars"]?.array ?? [] }.compactMap { $0["labels"]?["run_id"]?.string }
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private func get(_ path: String) async throws -> JSONValue? {
        do {
            let answer = try await curl.send(HTTPRequest(url: base + path))
            // It says 503 until it has read what it stored.
            return answer.status == 200 ? try JSONValue(parsing: answer.body) : nil
        } catch is CurlError {
            return nil
        }
    }
}
