import AgentStream

/// What an import took, and what it could not take as it was.
struct ImportReport {
    /// Something that is not as it was.
    struct Note {
        /// The word `task` or `run`.
        let kind: String
        let id: String
        let text: String
    }

    let isDryRun: Bool
    var newTasks = 0
    var knownTasks = 0
    var newRuns = 0
    var knownRuns = 0
    var messages = 0
    /// Tasks and runs that could not be taken at all.
    var refused = 0
    /// Containers of the original's, which are never taken.
    var instances = 0
    private(set) var notes: [Note] = []

    init(isDryRun: Bool) {
        self.isDryRun = isDryRun
    }

    mutating func note(_ kind: String, _ id: String, _ texts: [String]) {
        notes += texts.map { Note(kind: kind, id: id, text: $0) }
    }

    mutating func refuse(_ kind: String, _ id: String, _ text: String) {
        refused += 1
        notes.append(Note(kind: kind, id: id, text: "was not taken: \(text)"))
    }

    var lines: [String] {
        var lines = notes.map { VisibleText.oneLine("\($0.kind) \($0.id) \($0.text)", limit: 2000) }
        if instances > 0 {
            lines.append(
                "\(Self.count(instances, "instance")) not taken: what containers there are stay where they are"
            )
        }
        let verb = isDryRun ? "would import" : "imported"
        lines.append(
            "\(verb) \(Self.count(newTasks, "task")), \(Self.count(newRuns, "run")), "
                + "\(Self.count(messages, "message")); there already: \(Self.count(knownTasks, "task")), "
                + "\(Self.count(knownRuns, "run")); not taken: \(refused)"
        )
        return lines
    }

    var json: JSONValue {
        [
            "dryRun": .bool(isDryRun),
            "tasks": ["new": JSONValue(newTasks), "known": JSONValue(knownTasks)],
            "runs": ["new": JSONValue(newRuns), "known": JSONValue(knownRuns)],
            "messages": JSONValue(messages), "refused": JSONValue(refused), "instances": JSONValue(instances),
            "notes": .array(
                notes.map { ["kind": .string($0.kind), "id": .string($0.id), "text": .string($0.text)] }
            ),
        ]
    }

    private static func count(_ number: Int, _ word: String) -> String {
        "\(number) \(word)\(number == 1 ? "" : "s")"
    }
}
