/// The tool uses whose results have not come yet; of too many, the oldest are forgotten.
struct OpenToolUses: Sendable {
    /// What is needed of a use to show its result.
    struct Use: Sendable {
        let name: String
        let title: String
        let kind: ToolKind
        let taskChange: ToolInput.TaskChange?
    }

    private var uses: [String: (use: Use, number: Int)] = [:]
    /// In the order in which they came; those that have ended are still among them for a while.
    private var order: [(id: String, number: Int)] = []
    private var next = 0

    mutating func open(_ id: String, _ use: Use) {
        uses[id] = (use, next)
        order.append((id, next))
        next += 1
        if order.count > 2 * TranscriptLimits.openToolUses { forget() }
    }

    mutating func close(_ id: String) -> Use? { uses.removeValue(forKey: id)?.use }

    private mutating func forget() {
        let open = order.filter { uses[$0.id]?.number == $0.number }
        order = open.suffix(TranscriptLimits.openToolUses)
        for old in open.dropLast(TranscriptLimits.openToolUses) { uses[old.id] = nil }
    }
}
