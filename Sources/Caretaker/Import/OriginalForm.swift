import AgentStream
import Foundation
import Model
import Store

/// A task of the original's, or a task as a run had it, in the form that the service takes; and what had to change.
struct OriginalForm {
    private static let maximumName = 200
    private static let maximumText = 1_048_576
    private static let maximumSteps = 1000
    /// With a piece of messages beside them they still fit into one call.
    private static let maximumBytes = 1 << 20

    let name: String
    let steps: [Step]
    let createdAt: Timestamp
    let updatedAt: Timestamp
    let notes: [String]
    /// How many bytes it has on the wire, about.
    let size: Int

    init(_ task: OriginalTask) {
        var notes: [String] = []
        name = Self.name(Self.clean(task.name, &notes), &notes)
        let list = task.steps?.map { step in
            Step(
                instructions: Self.clean(step.instructions, &notes),
                checks: Self.clean(step.checks, &notes)
            )
        }
        steps = Self.steps(list, &notes)
        (createdAt, updatedAt) = Self.times(task, &notes)
        self.notes = notes
        size = 500 + Self.json(steps).encoded.count
    }

    /// Whether it fits into one call, beside a piece of messages.
    var canBeSent: Bool { size <= 2_500_000 }

    func isLike(_ other: OriginalForm) -> Bool { name == other.name && steps == other.steps }

    var stepsJSON: JSONValue { Self.json(steps) }

    private static func json(_ steps: [Step]) -> JSONValue {
        .array(steps.map { ["instructions": .string($0.instructions), "checks": .string($0.checks)] })
    }

    /// A text without U+0000, which the service takes nowhere.
    private static func clean(_ text: String, _ notes: inout [String]) -> String {
        guard text.utf8.contains(0) else { return text }
        notes.append("has U+FFFD where it had U+0000")
        return text.replacingOccurrences(of: "\0", with: "\u{FFFD}")
    }

    private static func name(_ name: String, _ notes: inout [String]) -> String {
        guard !name.isEmpty else {
            notes.append("has no name and is called Unnamed")
            return "Unnamed"
        }
        guard name.utf16.count > maximumName else { return name }
        var short = name
        while short.utf16.count > maximumName { short.removeLast() }
        notes.append("has only the first of its name, which is: \(name)")
        return short.isEmpty ? "Unnamed" : short
    }

    private static func steps(_ steps: [Step]?, _ notes: inout [String]) -> [Step] {
        guard let steps else {
            notes.append("has no steps: what the column holds is no list of them")
            return []
        }
        let isTooLong = steps.contains { max($0.instructions.utf16.count, $0.checks.utf16.count) > maximumText }
        let bytes = steps.reduce(0) { $0 + $1.instructions.utf8.count + $1.checks.utf8.count }
        guard !isTooLong, steps.count <= maximumSteps, bytes <= maximumBytes else {
            notes.append("has no steps: there are \(steps.count) of \(bytes) bytes, which is too much")
            return []
        }
        return steps
    }

    private static func times(_ task: OriginalTask, _ notes: inout [String]) -> (Timestamp, Timestamp) {
        if task.createdAt == nil || task.updatedAt == nil {
            notes.append("has a time that cannot be read")
        }
        let created = task.createdAt ?? task.updatedAt ?? Timestamp(milliseconds: 0)
        return (created, max(created, task.updatedAt ?? created))
    }
}
