package import AgentStream
import Foundation

extension ServiceUnderTest {
    /// What is known of a run that has ended.
    package struct EndedRun: Sendable {
        package let summary: JSONValue
        package let messages: [Stored]

        package var state: String { summary["state"]?.string ?? "" }
        package var reason: String? { summary["reason"]?.string }
        package var detail: String { summary["detail"]?.string ?? "" }

        /// The messages of one kind.
        package func bodies(_ kind: String) -> [JSONValue] {
            messages.filter { $0.kind == kind }.map(\.body)
        }
    }

    /// A stream of events that ended before the run.
    package struct Unfinished: Error {
        package let run: String
    }

    /// A stored message.
    package struct Stored: Sendable {
        package let seq: Int
        package let step: Int
        package let kind: String
        package let body: JSONValue
    }

    /// Makes a task of steps and queues a run of it; answers the run's id.
    package func startRun(
        _ steps: [String],
        repository: String,
        settings: JSONValue = [:],
        ref: String? = nil
    ) async throws -> String {
        let task = try await mutate(
            "tasks.create",
            [
                "name": "A task of the tests", "settings": settings,
                "steps": .array(steps.map { ["instructions": .string($0), "checks": ""] }),
            ]
        )
        var input: JSONObject = ["taskId": task["id"] ?? .null, "repository": .string(repository)]
        input["ref"] = ref.map { .string($0) }
        return try await mutate("runs.create", .object(input))["id"]?.string ?? ""
    }

    /// Waits for a run's end and reads everything that is stored of it.
    package func end(of run: String) async throws -> EndedRun {
        // Read to the end of the stream, which must be a clean one.
        var last = ""
        for try await event in try await events(of: run) { last = event.name }
        guard last == "end" else { throw Unfinished(run: run) }
        return EndedRun(summary: try await summary(of: run), messages: try await messages(of: run))
    }

    /// A run as lists show it.
    package func summary(of run: String) async throws -> JSONValue {
        let runs = try await query("runs.list", ["limit": 500])
        return runs.array?.first { $0["id"]?.string == run } ?? .null
    }

    package func messages(of run: String) async throws -> [Stored] {
        var stored: [Stored] = []
        while true {
            let input: JSONValue = ["id": .string(run), "after": JSONValue(stored.last?.seq ?? 0)]
            let page = try await query("runs.messages", input)["messages"]?.array ?? []
            if page.isEmpty { return stored }
            for message in page {
                stored.append(
                    Stored(
                        seq: message["seq"]?.int ?? 0,
                        step: message["step"]?.int ?? -1,
                        kind: message["kind"]?.string ?? "",
                        body: message["message"] ?? .null
                    )
                )
            }
        }
    }

    /// Makes an empty file, for which an agent waits.
    package nonisolated func makeFile(_ path: String) throws {
        try Data().write(to: URL(fileURLWithPath: path))
    }

    /// How often prompts were delivered to the agent, by their first lines.
    package nonisolated func deliveries() -> [String: Int] {
        let text = (try? String(contentsOfFile: "\(folder)/deliveries", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").reduce(into: [:]) { counts, line in
            let prompt = line.split(separator: " ", maxSplits: 1).last ?? ""
            counts[String(prompt), default: 0] += 1
        }
    }
}
