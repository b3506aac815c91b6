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

    private let base: String
    private let curl: CurlClient

    /// Runs `body` beside a server with its data in `folder`.
    static func run(
        scraping port: Int,
        in folder: String,
        _ body: (PrometheusServer) async throws -> Void
    ) async throws {
        let configuration = """
            global: { scrape_interval: 1s, scrape_timeout: 1s }
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
            ],
            environment: [:]
        )
        let curl = try CurlClient(environmentProxies: false)
        let server = PrometheusServer(base: "http://127.0.0.1:\(own)", curl: curl)
        do {
            try await body(server)
        } catch {
            await server.end(process)
            throw error
        }
        await server.end(process)
    }

    private func end(_ process: ChildProcess) async {
        process.send(SIGTERM)
        _ = await process.exit()
        await curl.shutdown()
    }

    /// The values of an expression's series by a label; nothing while the server does not answer.
    func values(_ expression: String, by label: String = "job") async throws -> [String: String] {
        let escaped = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        guard let answer = try await get("/api/v1/query?query=\(escaped)") else { return [:] }
        return (answer["data"]?["result"]?.array ?? []).reduce(into: [:]) { values, series in
            values[series["metric"]?[label]?.string ?? ""] = series["value"]?[1]?.string
        }
    }

    /// Returns when an expression has this one value; the suite's time limit ends the waiting.
    func wait(for expression: String, toBe value: String) async throws {
        while try await values(expression) != ["caretaker": value] { await Task.yield() }
    }

    /// What is wrong with the last scrape; empty for nothing.
    func lastError() async throws -> String? {
        try await get("/api/v1/targets")?["data"]?["activeTargets"]?[0]?["lastError"]?.string
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
