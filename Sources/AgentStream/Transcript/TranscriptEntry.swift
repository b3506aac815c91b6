/// One thing that happened in a run, as a reader wants to see it; a message makes none, one or several.
///
/// Its words (names, paths, ids, titles) are safe to show as they are. Its texts are `ShownText`, which gives them out
/// only with hidden characters made visible.
package struct TranscriptEntry: Hashable, Sendable {
    /// What happened.
    package enum Content: Hashable, Sendable {
        case session(SessionStart)
        case text(ShownText)
        case thinking(ShownText)
        case prompt(PromptText)
        case toolUse(ToolUse)
        case toolResult(ToolResult)
        case image(ShownImage)
        case denial(PermissionDenial)
        /// The API's refusal, in place of an answer.
        case apiError(APIErrorText)
        case retry(APIRetry)
        case rateLimit(RateLimitReport)
        case hook(HookReport)
        case task(TaskReport)
        case status(StatusReport)
        case result(ResultReport)
        case notice(NoticeReport)
        case raw(RawOutput)
        case unknown(UnknownPart)
        /// So many more parts of the message are not shown.
        case omitted(Int)
    }

    /// Its number in its message, from 0.
    package let part: Int
    /// The tool use in whose card it belongs, when a subagent did it.
    package let parent: String?
    package let content: Content
}
