import AgentStream

extension EntryView {
    mutating func show(_ content: TranscriptEntry.Content) {
        switch content {
        case .session(let session): show(session)
        case .text(let text): said("text", text)
        case .thinking(let text): show(thinking: text)
        case .prompt(let prompt):
            said("prompt", prompt.text)
            heading = Heading(name: prompt.isSynthetic ? "Told by the program" : "Prompt")
        case .image(let image): show(image)
        case .denial(let denial): show(denial)
        case .apiError(let error):
            said("error", error.text)
            heading = Heading(mark: "✘", name: "The API refused", note: error.facts.isEmpty ? nil : error.facts)
        case .retry(let retry): event("warn", "↻", retry.summary)
        case .rateLimit(let limit): event("warn", "!", "Rate limit \(limit.type ?? ""): \(limit.status)")
        case .hook(let hook): show(hook)
        case .task(let task):
            event("", "·", task.title)
            heading?.note = task.phase == .progress ? task.lastTool : nil
        case .status(let status): event("", "·", status.text.isEmpty ? status.word : status.text.oneLine())
        case .result(let result): show(result)
        case .notice(let notice):
            said("notice-of-service", notice.text)
            heading = Heading(name: "Caretaker", note: notice.facts.isEmpty ? nil : notice.facts)
        case .raw(let raw):
            kind = "raw"
            output(raw.text)
            if raw.isCut { add(Block(remark: "… cut at the line limit")) }
        case .unknown(let part):
            kind = "unknown"
            heading = Heading(mark: "?", title: part.type)
            output(part.json)
        case .omitted(let count): omission(count, "parts")
        case .toolUse(let use): show(use)
        case .toolResult(let result): show(result)
        }
    }

    private mutating func said(_ kind: String, _ text: ShownText) {
        self.kind = kind
        prose(text)
    }

    private mutating func event(_ tone: String, _ mark: String, _ title: String) {
        kind = tone.isEmpty ? "event" : "event \(tone)"
        heading = Heading(mark: mark, title: title)
    }

    private mutating func show(_ session: SessionStart) {
        event("", "·", session.isRepeated ? "The session goes on" : session.title)
        if !session.facts.isEmpty, !session.isRepeated { heading?.note = session.facts }
        guard !session.isRepeated, !session.tools.isEmpty else { return }
        let names = session.tools.elements.joined(separator: ", ")
        add(Block(fold: Fold(summary: WebText.count(session.tools.count, "tool", none: ""), text: names)))
    }

    private mutating func show(thinking text: ShownText) {
        kind = "thinking"
        if text.isEmpty {
            heading = Heading(mark: "✻", title: "Thinking, not shown")
        } else {
            add(Block(fold: Fold(summary: "Thinking", text: text.visible)))
            omission(text.omittedBytes, "bytes")
        }
    }

    private mutating func show(_ denial: PermissionDenial) {
        of = denial.toolUse
        event("warn", "✘", "Denied \(denial.tool)")
        if let message = denial.message { prose(message) }
    }

    private mutating func show(_ hook: HookReport) {
        guard hook.hasEnded else { return event("", "·", "Hook \(hook.name) runs") }
        event(hook.isFailure ? "bad" : "", hook.isFailure ? "✘" : "✔", "Hook \(hook.name)")
        if let code = hook.exitCode, code != 0 { badges.append(Badge(tone: "failed", text: "exit \(code)")) }
        if let text = hook.output { output(text) }
    }

    private mutating func show(_ result: ResultReport) {
        kind = result.isSuccess ? "turn good" : "turn bad"
        if let text = result.text { prose(text) }
        if let json = result.structuredOutput { output(json) }
        for error in result.errors.elements.prefix(20) { add(Block(remark: error)) }
        outcome = Outcome(
            tone: result.isSuccess ? "good" : "bad",
            sign: result.isSuccess ? "✔" : "✘",
            words: result.title + (result.failure.isEmpty ? "" : ". \(result.failure)")
        )
    }
}
