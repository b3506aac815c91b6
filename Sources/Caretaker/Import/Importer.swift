import AgentStream
import Model
import Store

/// Brings what is in the original's database to the service.
struct Importer {
    /// About how much goes in one call.
    static let callBytes = 1 << 20
    static let callRows = 200
    private static let pastVersions = 200

    let database: OriginalDatabase
    let client: ServiceClient
    let isDryRun: Bool
    let progress: ProgressLine

    func run() async throws -> ImportReport {
        var report = ImportReport(isDryRun: isDryRun)
        report.instances = try database.count(of: .instances)
        let tasks = try await importTasks(&report)
        try await importRuns(of: tasks, &report)
        return report
    }

    /// Brings the tasks, and answers their ids at the service by what they were.
    private func importTasks(_ report: inout ImportReport) async throws -> [String: String] {
        var ids: [String: String] = [:]
        var batch: [JSONValue] = []
        var size = 0
        let lost = try database.lostTasks()
        for (task, isDeleted) in try database.tasks().map({ ($0, false) }) + lost.map({ ($0, true) }) {
            guard Self.isValid(task.id) else {
                report.refuse("task", task.id, "its id has no or too many letters")
                continue
            }
            let present = OriginalForm(task)
            guard present.canBeSent else {
                report.refuse("task", task.id, "its steps are too long")
                continue
            }
            let (value, bytes) = try form(task, present, isDeleted: isDeleted, &report)
            if size + bytes > Self.callBytes || batch.count == Self.callRows {
                try await send(&batch, &ids, &report)
                size = 0
            }
            batch.append(value)
            size += bytes
        }
        try await send(&batch, &ids, &report)
        return ids
    }

    private func form(
        _ task: OriginalTask,
        _ present: OriginalForm,
        isDeleted: Bool,
        _ report: inout ImportReport
    ) throws -> (JSONValue, bytes: Int) {
        var bytes = present.size
        var versions = try database.pastVersions(of: task, limit: Self.pastVersions).map(OriginalForm.init)
            .filter { version in
                bytes += version.size
                return bytes < Self.callBytes && !version.isLike(present)
            }
        versions.append(present)
        report.note("task", task.id, present.notes)
        if isDeleted { report.note("task", task.id, ["was gone, and comes deleted with what its last run had"]) }
        let value: JSONValue = [
            "id": .string(task.id), "createdAt": .string(present.createdAt.iso8601),
            "updatedAt": .string(present.updatedAt.iso8601), "isDeleted": .bool(isDeleted),
            "versions": .array(
                versions.map { version in
                    let isPresent = version.isLike(present)
                    return [
                        "name": .string(version.name), "steps": version.stepsJSON,
                        "at": .string((isPresent ? version.updatedAt : version.createdAt).iso8601),
                    ]
                }
            ),
        ]
        return (value, bytes)
    }

    private func send(
        _ batch: inout [JSONValue],
        _ ids: inout [String: String],
        _ report: inout ImportReport
    ) async throws {
        guard !batch.isEmpty else { return }
        let answer = try await client.mutate("imports.tasks", ["tasks": .array(batch), "dryRun": .bool(isDryRun)])
        for (task, outcome) in zip(batch, answer.array ?? []) {
            let id = task["id"]?.string ?? ""
            ids[id] = outcome["taskId"]?.string
            guard outcome["action"] == "create" else {
                report.knownTasks += 1
                continue
            }
            report.newTasks += 1
            let name = task["versions"]?.array?.last?["name"]?.string ?? ""
            let slug = outcome["slug"]?.string ?? ""
            if slug != AgentTask.slug(of: name) {
                report.note("task", id, ["has the slug \(slug), as \(AgentTask.slug(of: name)) is taken"])
            }
            if ids[id] != id { report.note("task", id, ["has the id \(ids[id] ?? "")"]) }
        }
        batch = []
    }

    static func isValid(_ id: String) -> Bool { (1...1000).contains(id.utf16.count) && !id.utf8.contains(0) }
}
