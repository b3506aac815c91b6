/// A hook of the repository or the settings that the program ran.
package struct HookReport: Hashable, Sendable {
    package let name: String
    package let hasEnded: Bool
    package let exitCode: Int?
    package let outcome: String?
    package let output: ShownText?

    init(_ tree: JSONValue, hasEnded: Bool) {
        name = tree.word("hook_name") ?? tree.word("hook_event") ?? "hook"
        self.hasEnded = hasEnded
        exitCode = tree["exit_code"]?.int
        outcome = tree.word("outcome")
        output = tree.text("output") ?? tree.text("stderr") ?? tree.text("stdout")
    }

    package var isFailure: Bool { hasEnded && (outcome == "error" || (exitCode ?? 0) != 0) }
}

/// News of a subagent or of a command in the background.
package struct TaskReport: Hashable, Sendable {
    /// Where it is.
    package enum Phase: String, Sendable {
        case started
        case progress
        case ended
    }

    package let id: String?
    package let toolUse: String?
    package let phase: Phase
    /// How it ended, such as `completed` or `stopped`.
    package let status: String?
    package let description: String?
    package let lastTool: String?
    package let summary: ShownText?
    package let tokens: Int?
    package let toolUses: Int?
    package let milliseconds: Int?

    init(_ tree: JSONValue, phase: Phase) {
        id = tree.word("task_id")
        toolUse = tree.word("tool_use_id")
        self.phase = phase
        status = tree.word("status")
        description = tree.word("description")
        lastTool = tree.word("last_tool_name")
        summary = tree.text("summary")
        tokens = tree["usage"]?.count("total_tokens")
        toolUses = tree["usage"]?.count("tool_uses")
        milliseconds = tree["usage"]?.count("duration_ms")
    }
}

/// A line on the program's own doings: compaction, another model, a notification.
package struct StatusReport: Hashable, Sendable {
    /// The program's word for it.
    package let word: String
    package let text: ShownText
}
