import AgentStream
import Foundation
import Model
import Store

extension Importer {
    private static let pieceBytes = 1 << 20

    /// Brings the runs of tasks, which go by what they were.
    func importRuns(of tasks: [String: String], _ report: inout ImportReport) async throws {
        let count = try database.count(of: .runs)
        var done = 0
        var last: OriginalRun?
        while case let page = try database.runs(after: last, limit: Self.callRows), !page.isEmpty {
            last = page.last
            var batch = RunBatch()
            for (index, (run, form)) in try await unknown(page, tasks, &report).enumerated() {
                if isDryRun {
                    try await rehearse(run, form, &report)
                } else {
                    try await bring(run, form, tasks, &batch, &report)
                }
                progress.show("\(done + index) of \(count) runs, \(report.messages) messages")
            }
            try await send(&batch, &report)
            done += page.count
        }
    }

    /// Those of some runs that the service does not have, with the forms that it takes.
    private func unknown(
        _ page: [OriginalRun],
        _ tasks: [String: String],
        _ report: inout ImportReport
    ) async throws -> [(run: OriginalRun, form: OriginalForm)] {
        var valid: [(run: OriginalRun, form: OriginalForm)] = []
        for run in page {
            let form = OriginalForm(run.task)
            if let reason = refusal(of: run, form, tasks) {
                report.refuse("run", run.id, reason)
            } else {
                valid.append((run, form))
            }
        }
        let plan = valid.map { run, form -> JSONValue in
            [
                "id": .string(run.id), "taskId": "", "name": "x", "repository": "", "steps": [],
                "createdAt": .string(form.createdAt.iso8601), "updatedAt": .string(form.updatedAt.iso8601),
            ]
        }
        let answer = try await client.mutate("imports.runs", ["runs": .array(plan), "dryRun": true])
        let actions = (answer.array ?? []).map { $0["action"]?.string }
        report.knownRuns += actions.count { $0 == "keep" }
        return zip(valid, actions).filter { $1 == "create" }.map(\.0)
    }

    private func refusal(of run: OriginalRun, _ form: OriginalForm, _ tasks: [String: String]) -> String? {
        guard Self.isValid(run.id) else { return "its id has no or too many letters" }
        guard tasks[run.task.id] != nil else { return "its task was not taken" }
        guard form.canBeSent else { return "its steps are too long" }
        let isText = run.repository.utf16.count <= 4096 && !run.repository.utf8.contains(0)
        return isText ? nil : "its repository has too many letters, or U+0000"
    }

    /// Counts what would come, without the service.
    private func rehearse(_ run: OriginalRun, _ form: OriginalForm, _ report: inout ImportReport) async throws {
        var elements = JSONElements()
        var count = 0
        try await database.readMessages(of: run, pieces: Self.pieceBytes) { piece, _ in
            elements.read(piece) { _ in count += 1 }
            return true
        }
        if let rest = elements.rest {
            count += rest.isEmpty ? 0 : 1
            report.note("run", run.id, [Self.noList])
        }
        report.newRuns += 1
        report.messages += count
        report.note("run", run.id, form.notes)
    }

    /// The runs of the next call.
    private struct RunBatch {
        var runs: [JSONValue] = []
        var bytes = 0
    }

    /// Sends a run's messages but for their end, which goes with the run itself.
    private func bring(
        _ run: OriginalRun,
        _ form: OriginalForm,
        _ tasks: [String: String],
        _ batch: inout RunBatch,
        _ report: inout ImportReport
    ) async throws {
        var staged = 0
        var end = ""
        try await database.readMessages(of: run, pieces: Self.pieceBytes) { piece, isLast in
            end = Data(piece).base64EncodedString()
            guard !isLast else { return true }
            let input: JSONValue = ["run": .string(run.id), "offset": JSONValue(staged), "base64": .string(end)]
            _ = try await client.mutate("imports.messages", input)
            staged += piece.count
            return true
        }
        let bytes = end.utf8.count + form.size
        if batch.bytes + bytes > Self.callBytes { try await send(&batch, &report) }
        batch.runs.append([
            "id": .string(run.id), "taskId": .string(tasks[run.task.id] ?? ""), "name": .string(form.name),
            "repository": .string(run.repository), "steps": form.stepsJSON,
            "createdAt": .string(form.createdAt.iso8601), "updatedAt": .string(form.updatedAt.iso8601),
            "staged": JSONValue(staged), "base64": .string(end),
        ])
        batch.bytes += bytes
        report.note("run", run.id, form.notes)
        // The service keeps pieces of one run at a time.
        if staged > 0 { try await send(&batch, &report) }
    }

    private func send(_ batch: inout RunBatch, _ report: inout ImportReport) async throws {
        guard !batch.runs.isEmpty else { return }
        // A conversation of a hundred thousand messages takes its time.
        let input: JSONValue = ["runs": .array(batch.runs)]
        let answer = try await client.mutate("imports.runs", input, within: .seconds(3600))
        for outcome in answer.array ?? [] {
            let id = outcome["id"]?.string ?? ""
            switch outcome["action"]?.string {
            case "create":
                report.newRuns += 1
                report.messages += outcome["messages"]?.int ?? 0
                if outcome["isWhole"] == false { report.note("run", id, [Self.noList]) }
            case "keep": report.knownRuns += 1
            default: report.refuse("run", id, outcome["problem"]?.string ?? "the service does not say why")
            }
        }
        batch = RunBatch()
    }

    private static let noList = "has messages that are no list to their end: what is left of them is the last message"
}
