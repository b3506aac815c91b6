import AgentStream
import Foundation
import Model
import Store

/// Tasks and runs of elsewhere on the wire.
enum ImportedWire {
    static let originalID = Schema.string(lengths: 1...1000)
    private static let name = Schema.string(lengths: 1...200)
    private static let steps = Schema.array(of: WireTask.stepSchema, maximum: 1000)

    static let task = Schema.object(
        [
            .required("id", originalID), .required("createdAt", .time), .required("updatedAt", .time),
            .optional("isDeleted", .boolean),
            .required(
                "versions",
                .array(
                    of: .object(
                        [.required("name", name), .required("steps", steps), .required("at", .time)],
                        unknown: .refuse
                    ),
                    maximum: 1000
                )
            ),
        ],
        unknown: .refuse
    )

    /// Its messages are the text of a JSON array: what `imports.messages` took of it, and then the rest.
    static let run = Schema.object(
        [
            .required("id", originalID), .required("taskId", .id), .required("name", name),
            .required("repository", .text), .required("steps", steps), .required("createdAt", .time),
            .required("updatedAt", .time), .optional("staged", .integer(0...(1 << 40))),
            .optional("base64", .string(lengths: 0...4_194_304)),
        ],
        unknown: .refuse
    )

    static let taskOutcome = Schema.object(
        [
            .required("id", originalID), .required("taskId", .id), .required("action", .word(["create", "keep"])),
            .required("slug", .text),
        ],
        unknown: .refuse
    )

    static let runOutcome = Schema.object(
        [
            .required("id", originalID), .required("runId", .id),
            .required("action", .word(["create", "keep", "refuse"])),
            .required("messages", .integer(0...(.max))), .required("isWhole", .boolean),
            .required("problem", .nullable(.text)),
        ],
        unknown: .refuse
    )

    static func task(_ value: JSONValue) throws(InputProblem) -> ImportedTask {
        let createdAt = try time(value["createdAt"], "createdAt")
        var versions: [ImportedTask.Version] = []
        for version in value["versions"]?.array ?? [] { versions.append(try self.version(version, "at")) }
        guard !versions.isEmpty else { throw InputProblem(field: "versions", message: "There is none.") }
        return ImportedTask(
            id: ImportedName.task(value.text("id"), createdAt: createdAt),
            createdAt: createdAt,
            updatedAt: max(createdAt, try time(value["updatedAt"], "updatedAt")),
            isDeleted: value["isDeleted"]?.bool ?? false,
            versions: versions
        )
    }

    static func run(_ value: JSONValue, number: Int) throws(InputProblem) -> ImportedRun {
        let createdAt = try time(value["createdAt"], "createdAt")
        let id = value.text("id")
        return ImportedRun(
            id: ImportedName.run(id, createdAt: createdAt),
            task: AgentTask.ID(rawValue: value.text("taskId")),
            version: try version(value, "createdAt"),
            repository: value.text("repository"),
            createdAt: createdAt,
            finishedAt: max(createdAt, try time(value["updatedAt"], "updatedAt")),
            detail: "Imported from claude-code-runner, where it was \(VisibleText.oneLine(id, limit: 128)); "
                + "how it ended was not kept there.",
            source: id,
            staged: value["staged"]?.int ?? 0,
            text: try bytes(value["base64"], field: "runs.\(number).base64")
        )
    }

    static func value(_ outcome: ImportedRunOutcome, of run: Run.ID, was id: JSONValue) -> JSONValue {
        var object: JSONObject = [
            "id": id, "runId": .string(run.rawValue), "action": "create", "messages": 0, "isWhole": true,
            "problem": .null,
        ]
        switch outcome {
        case .made(let messages, let isWhole):
            object["messages"] = JSONValue(messages)
            object["isWhole"] = .bool(isWhole)
        case .known: object["action"] = "keep"
        case .refused(let problem):
            object["action"] = "refuse"
            object["problem"] = .string(problem)
        }
        return .object(object)
    }

    /// The bytes of base64.
    static func bytes(_ value: JSONValue?, field: String) throws(InputProblem) -> [UInt8] {
        guard let text = value?.string else { return [] }
        guard let data = Data(base64Encoded: text) else {
            throw InputProblem(field: field, message: "This is no base64.")
        }
        return [UInt8](data)
    }

    private static func version(_ value: JSONValue, _ at: String) throws(InputProblem) -> ImportedTask.Version {
        ImportedTask.Version(
            name: value.text("name"),
            steps: WireTask.steps(from: value["steps"]),
            at: try time(value[at], at)
        )
    }

    private static func time(_ value: JSONValue?, _ field: String) throws(InputProblem) -> Timestamp {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let text = value?.string, let date = try? Date(text, strategy: style) else {
            throw InputProblem(field: field, message: "This is no time such as 2025-05-19T12:00:00.000Z.")
        }
        let time = Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
        guard (0..<253_402_300_800_000).contains(time.milliseconds) else {
            throw InputProblem(field: field, message: "This time is before 1970 or after 9999.")
        }
        return time
    }
}
