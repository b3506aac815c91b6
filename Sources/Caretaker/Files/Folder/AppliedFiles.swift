import AgentStream

/// What came of applying files: an answer of `files.apply`.
struct AppliedFiles {
    /// What was changed.
    let changes: [JSONValue]
    /// Whether something stays that no file declares any more.
    let keeps: Bool
    /// How many of each there are.
    let summary: String

    init(_ answer: JSONValue) {
        let all = answer["changes"]?.array ?? []
        changes = all.filter { $0["action"] != "keep" }
        keeps = all.count > changes.count
        summary = PlanText.summary(answer)
    }

    /// Each change in three words, such as `create task tidy`.
    var words: [String] {
        changes.map { change in ["action", "kind", "slug"].compactMap { change[$0]?.string }.joined(separator: " ") }
    }
}
