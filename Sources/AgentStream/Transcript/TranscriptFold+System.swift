// What the program says of itself; nil when a message is not understood.
extension TranscriptFold {
    mutating func system(_ tree: JSONValue) -> [TranscriptEntry.Content]? {
        let subtype = tree["subtype"]?.string
        switch subtype {
        case "init":
            let start = SessionStart(tree, previous: session)
            session = start
            return [.session(start)]
        case "api_retry": return [.retry(APIRetry(tree))]
        case "permission_denied": return [.denial(PermissionDenial(tree))]
        case "hook_started": return [.hook(HookReport(tree, hasEnded: false))]
        case "hook_response": return [.hook(HookReport(tree, hasEnded: true))]
        case "task_started":
            // A command or subagent that the agent waits for has its card already.
            return tree["is_backgrounded"]?.bool == false ? [] : [.task(TaskReport(tree, phase: .started))]
        case "task_progress": return [.task(TaskReport(tree, phase: .progress))]
        case "task_notification": return [.task(TaskReport(tree, phase: .ended))]
        case "status", "model_fallback", "notification", "compact_boundary": return status(tree, subtype ?? "")
        case "thinking_tokens", "ui_invalidate", "background_tasks_changed", "task_updated", "hook_progress": return []
        default: return nil
        }
    }

    /// Lines of a type that is no kind of its own.
    func other(_ tree: JSONValue) -> [TranscriptEntry.Content]? {
        switch tree["type"]?.string {
        case "control_request":
            let request = tree["request"]
            guard request?["subtype"]?.string == "can_use_tool" else { return [] }
            return [report("permission_asked", "Asks to use \(request?.word("tool_name") ?? "a tool")")]
        case "control_response", "control_cancel_request", "keep_alive", "tool_progress": return []
        case "conversation_reset": return [report("conversation_reset", "The conversation begins anew")]
        default: return nil
        }
    }

    private func status(_ tree: JSONValue, _ subtype: String) -> [TranscriptEntry.Content] {
        switch subtype {
        case "status":
            guard let word = tree.word("status"), word != "requesting" else { return [] }
            return [report(word, word == "compacting" ? "Compacts the conversation" : word)]
        case "compact_boundary":
            let tokens = tree["compact_metadata"]?.count("pre_tokens").map { " (\($0) tokens before)" } ?? ""
            return [report(subtype, "The conversation was compacted\(tokens)")]
        case "model_fallback":
            let model = tree.word("fallback_model") ?? "another model"
            return [report(subtype, tree["content"]?.string ?? "Went on with \(model)")]
        default: return [report(subtype, tree["text"]?.string ?? "")]
        }
    }

    private func report(_ word: String, _ text: String) -> TranscriptEntry.Content {
        .status(StatusReport(word: word, text: ShownText(text)))
    }
}
