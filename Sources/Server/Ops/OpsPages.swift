import AgentStream
import HTTPTypes
import Hummingbird
import NIOCore
package import OpsMetrics

/// What operators and their machines ask: whether the service lives, whether it is ready, and its metrics.
package struct OpsPages: Sendable {
    let metrics: CaretakerMetrics
    let health: Health

    package init(metrics: CaretakerMetrics, health: Health) {
        self.metrics = metrics
        self.health = health
    }

    static let live = "/livez"
    static let ready = "/readyz"
    /// Prometheus's own names for the two.
    static let healthy = "/-/healthy"
    static let isReady = "/-/ready"
    static let scrape = "/metrics"

    func add(to router: Router<ConnectionContext>) {
        for path in [Self.live, Self.healthy] {
            // That it answers is the answer.
            for method in [HTTPRequest.Method.get, .head] {
                router.on("\(path)", method: method) { _, _ in Response.text(.ok, "ok\n") }
            }
        }
        for path in [Self.ready, Self.isReady] {
            for method in [HTTPRequest.Method.get, .head] {
                router.on("\(path)", method: method) { request, _ in await readiness(request) }
            }
        }
        router.get("\(Self.scrape)") { request, _ in await exposition(request) }
    }

    private func exposition(_ request: Request) async -> Response {
        let format = ExpositionFormat(accept: request.headers[values: .accept])
        let bytes = await metrics.registry.scrape(format, within: Self.limit(request))
        return Response(
            status: .ok,
            headers: [.contentType: format.contentType, .vary: "Accept", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// Four fifths of the time after which Prometheus says that it goes: what is late must not cost all the rest.
    private static func limit(_ request: Request) -> Duration? {
        guard let seconds = request.headers[.xPrometheusScrapeTimeout].flatMap(Double.init), seconds > 0 else {
            return nil
        }
        return .seconds(min(seconds, 3600) * 0.8)
    }

    private func readiness(_ request: Request) async -> Response {
        let findings = await health.findings()
        let isReady = findings.allSatisfy(\.allowsWork)
        let status: HTTPResponse.Status = isReady ? .ok : .serviceUnavailable
        if request.headers[.accept]?.lowercased().contains("application/json") == true {
            return Response(
                status: status,
                headers: [.contentType: "application/json", .vary: "Accept", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: Self.json(findings, isReady).encoded))
            )
        }
        let isVerbose = request.uri.queryParameters["verbose"] != nil
        var response = Response.text(status, isVerbose ? Self.table(findings, isReady) : Self.line(findings, isReady))
        response.headers[.vary] = "Accept"
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static func line(_ findings: [HealthFinding], _ isReady: Bool) -> String {
        let failing = findings.filter { !$0.allowsWork }.map(\.name).joined(separator: ", ")
        return isReady ? "ok\n" : "not ready: \(failing)\n"
    }

    private static func table(_ findings: [HealthFinding], _ isReady: Bool) -> String {
        let lines = findings.map { finding in
            let remedy = finding.remedy.map { "; \($0)" } ?? ""
            let mark = finding.isOK ? "+" : finding.isVital ? "-" : "!"
            return "[\(mark)] \(finding.name): \(VisibleText.oneLine(finding.text + remedy, limit: 2000))\n"
        }
        return lines.joined() + (isReady ? "ready\n" : "not ready\n")
    }

    private static func json(_ findings: [HealthFinding], _ isReady: Bool) -> JSONValue {
        [
            "ready": .bool(isReady),
            "checks": .array(
                findings.map { finding in
                    [
                        "name": .string(finding.name), "ok": .bool(finding.isOK), "text": .string(finding.text),
                        "remedy": finding.remedy.map { .string($0) } ?? .null, "vital": .bool(finding.isVital),
                    ]
                }
            ),
        ]
    }
}
