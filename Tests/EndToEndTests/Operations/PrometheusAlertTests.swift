import AgentStream
import Foundation
import TestSupport
import Testing

/// The alerts of `systemd/prometheus/caretaker.rules.yml`, evaluated by Prometheus on what a service really does.
@Suite(.enabled(if: PrometheusServer.isWanted), .timeLimit(.minutes(4)))
struct PrometheusAlertTests {
    /// The rules, sixty times as fast: minutes and hours are seconds and minutes, and so are the seconds in the
    /// expressions, which are the numbers of three digits, and the length of a schedule's gaps.
    private static func hastyRules() throws -> String {
        var file = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { file.deleteLastPathComponent() }
        file.append(path: "systemd/prometheus/caretaker.rules.yml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let rules = text.replacing(/\b(\d+)m\b/) { "\($0.1)s" }.replacing(/\b(\d+)h\b/) { "\($0.1)m" }
            .replacing(/([+>] )(\d{3,})\b/) { "\($0.1)\((Int($0.2) ?? 0) / 60)" }
            .replacing("caretaker_schedule_interval_seconds", with: "(caretaker_schedule_interval_seconds / 60)")
        // What is looked for must be there, and nothing else may have been taken for it.
        #expect(rules.contains("> 3 * (caretaker_schedule_interval_seconds / 60) + 10\n"))
        #expect(rules.contains("    for: 5s\n") && rules.contains("[30s]") && rules.contains("[1m]"))
        #expect(rules.contains("caretaker_task_consecutive_failures >= 3\n"))
        return rules
    }

    private static func task(_ service: ServiceUnderTest, _ name: String, _ step: String) async throws -> JSONValue {
        let steps: JSONValue = [["instructions": .string(step), "checks": ""]]
        return try await service.mutate("tasks.create", ["name": .string(name), "steps": steps])["id"] ?? .null
    }

    /// Runs a task to its end.
    private static func run(_ service: ServiceUnderTest, _ task: JSONValue, _ repository: String) async throws {
        let run = try await service.mutate("runs.create", ["taskId": task, "repository": .string(repository)])
        _ = try await service.end(of: run["id"]?.string ?? "")
    }

    private static func wait(
        _ server: PrometheusServer,
        for alert: PrometheusServer.Alert,
        toBeThere isThere: Bool
    ) async throws {
        while try await server.alerts()?.contains(alert) != isThere { await Task.yield() }
    }

    @Test func aTaskThatFailsThriceIsToldUntilItSucceeds() async throws {
        let rules = try Self.hastyRules()
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository").path
            let folder = service.folder
            try await PrometheusServer.run(scraping: await service.port, in: folder, rules: rules) { server in
                try await server.wait(for: "up", toBe: "1")
                let task = try await Self.task(service, "Tidy", "error-result")
                for failures in 1...3 {
                    #expect(try await server.alerts()?.allSatisfy { $0.name != "CaretakerTaskFailing" } == true)
                    try await Self.run(service, task, repository)
                    try await server.wait(for: "caretaker_task_consecutive_failures", toBe: "\(failures)")
                }
                let alert = PrometheusServer.Alert(name: "CaretakerTaskFailing", state: "firing", subject: "tidy")
                try await Self.wait(server, for: alert, toBeThere: true)
                let steps: JSONValue = [["instructions": "lines 2", "checks": ""]]
                _ = try await service.mutate("tasks.update", ["id": task, "name": "Tidy", "steps": steps])
                #expect(try await server.alerts()?.contains(alert) == true)
                try await Self.run(service, task, repository)
                try await Self.wait(server, for: alert, toBeThere: false)
            }
        }
    }

    /// Its first slot comes when it is overdue already; the run of that slot ends the alert.
    @Test func aScheduleWithoutSuccessIsToldUntilASlotOfItSucceeds() async throws {
        let rules = try Self.hastyRules()
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository").path
            let folder = service.folder
            try await PrometheusServer.run(scraping: await service.port, in: folder, rules: rules) { server in
                try await server.wait(for: "up", toBe: "1")
                let task = try await Self.task(service, "Tidy", "lines 2")
                let phase = (Int(Date().timeIntervalSince1970) + 35) % 60
                let schedule = try await service.mutate(
                    "schedules.create",
                    [
                        "name": "Tidily", "task": task, "repository": .string(repository),
                        "expression": .string("@every 1m/\(phase)s"),
                    ]
                )
                func alert(_ state: String) -> PrometheusServer.Alert {
                    PrometheusServer.Alert(name: "CaretakerScheduleOverdue", state: state, subject: "tidily")
                }
                // Not before it has been overdue for as long as the rule says.
                try await Self.wait(server, for: alert("pending"), toBeThere: true)
                try await Self.wait(server, for: alert("firing"), toBeThere: true)
                #expect(try await service.query("runs.list", ["scheduleId": schedule["id"] ?? .null]).array == [])
                let run = try await ScheduleTests.firstRun(of: schedule["id"]?.string ?? "", service)
                #expect(try await service.end(of: run).state == "succeeded")
                try await Self.wait(server, for: alert("firing"), toBeThere: false)
                #expect(try await server.value("caretaker_schedule_interval_seconds") == 60)
            }
        }
    }
}
