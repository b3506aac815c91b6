import AgentStream
import Foundation

/// A task as a person edits it: YAML, with comments of ours that tell what is wrong.
struct TaskDraft: Hashable {
    /// Why a draft is no task.
    struct Problems: Error {
        let problems: [TaskFileProblem]
    }

    private static let complaint = "# ERROR: "
    private static let keys = ["name", "steps", "settings"]

    /// What was typed, without our complaints.
    let text: String
    /// Where it is, for what people are told.
    let path: String

    init(_ typed: String, in path: String) {
        let lines = typed.components(separatedBy: "\n")
        text = lines.filter { !$0.hasPrefix(Self.complaint) }.joined(separator: "\n")
        self.path = path
    }

    /// A task as a draft to begin with.
    static func text(of task: JSONValue) -> String {
        """
        # The task \(task["slug"]?.string ?? ""), version \(task["version"]?.int ?? 0).
        # What you save becomes its next version; save nothing to leave it as it is.
        \(YAMLText.of(.object(content(of: task))))
        """
    }

    /// What of a task can be edited.
    static func content(of task: JSONValue) -> JSONObject {
        JSONObject(keys.map { JSONObject.Member(key: $0, value: task[$0] ?? .null) })
    }

    /// Whether nothing but comments is left.
    var isEmpty: Bool {
        text.components(separatedBy: "\n").allSatisfy { line in
            let line = line.trimmingCharacters(in: .whitespaces)
            return line.isEmpty || line.hasPrefix("#")
        }
    }

    /// The task that it is.
    ///
    /// - Throws: `Problems`.
    func content() throws(Problems) -> JSONObject {
        let value: JSONValue
        do throws(TaskFileProblem) {
            let file = try TaskFile(path: path, text: text)
            guard file.documents.count == 1 else {
                throw TaskFileProblem(file: path, mark: nil, field: nil, message: "This must be one YAML document.")
            }
            value = try file.content(0)
        } catch {
            throw Problems(problems: [error])
        }
        let strangers = Self.strangers(value)
        guard strangers.isEmpty else {
            throw Problems(problems: strangers.map { problem(InputIssue(path: $0, message: "There is no such key.")) })
        }
        return Self.completed(value)
    }

    /// What the service said, with the line that it is about.
    func problem(_ issue: InputIssue) -> TaskFileProblem {
        let mark = (try? TaskFile(path: path, text: text))?.mark(document: 0, path: issue.path)
        let field = issue.path.map { $0.string ?? "\($0.int ?? 0)" }.joined(separator: ".")
        return TaskFileProblem(file: path, mark: mark, field: field.isEmpty ? nil : field, message: issue.message)
    }

    /// The text with what is wrong as comments, each above its line.
    func telling(_ problems: [TaskFileProblem]) -> String {
        var lines = text.components(separatedBy: "\n")
        for problem in problems.sorted(by: { ($0.line ?? 1) > ($1.line ?? 1) }) {
            let field = problem.field.map { "\($0): " } ?? ""
            let comment = VisibleText.oneLine(field + problem.message, limit: 1000)
            lines.insert(Self.complaint + comment, at: min(lines.count, max(0, (problem.line ?? 1) - 1)))
        }
        return lines.joined(separator: "\n")
    }

    /// The keys that the service would overlook.
    private static func strangers(_ value: JSONValue) -> [[JSONValue]] {
        let top = (value.object ?? [:]).map(\.key).filter { !keys.contains($0) }.map { [JSONValue.string($0)] }
        let steps = (value["steps"]?.array ?? []).enumerated().flatMap { index, step in
            (step.object ?? [:]).map(\.key).filter { $0 != "instructions" && $0 != "checks" }
                .map { ["steps", JSONValue(index), .string($0)] }
        }
        return top + steps
    }

    /// What may be left out is what it was without a word.
    private static func completed(_ value: JSONValue) -> JSONObject {
        var content = value.object ?? [:]
        if content["settings"]?.isNull != false { content["settings"] = [:] }
        if let steps = value["steps"]?.array {
            content["steps"] = .array(
                steps.map { step in
                    guard var object = step.object, object["checks"]?.isNull != false else { return step }
                    object["checks"] = ""
                    return .object(object)
                }
            )
        }
        return content
    }
}
