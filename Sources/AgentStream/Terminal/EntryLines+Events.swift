extension EntryLines {
    mutating func show(_ content: TranscriptEntry.Content) {
        switch content {
        case .session(let session): show(session)
        case .text(let text): prose(text)
        case .thinking(let text):
            text.isEmpty ? title("✻", .thought, "thinking, not shown") : prose(text, .thought, mark: "✻ ", next: "  ")
        case .prompt(let prompt): prose(prompt.text, prompt.isSynthetic ? .dim : .bold, mark: "> ")
        case .image(let image): title("▣", .dim, image.summary)
        case .denial(let denial):
            title("✘", .yellow, "Denied \(denial.tool):", denial.message?.oneLine(limit: 500) ?? "")
        case .apiError(let error): show(error)
        case .retry(let retry): title("↻", .yellow, retry.summary)
        case .rateLimit(let limit): title("!", .yellow, "Rate limit \(limit.type ?? ""): \(limit.status)")
        case .hook(let hook): show(hook)
        case .task(let task): show(task)
        case .status(let status): title("·", .dim, status.text.isEmpty ? status.word : status.text.oneLine())
        case .result(let result): show(result)
        case .notice(let notice): show(notice)
        case .raw(let raw):
            output(raw.text, dimmed: false, indent: "")
            if raw.isCut { add(TerminalLine("… cut at the line limit", .dim)) }
        case .unknown(let part):
            title("?", .dim, part.type)
            output(part.json)
        case .omitted(let count): omission(count, "parts")
        case .toolUse(let use): show(use)
        case .toolResult(let result): show(result, withHeading: true, edit: nil)
        }
    }

    private mutating func show(_ session: SessionStart) {
        if session.isRepeated { return }
        title("", .dim, session.title, session.facts.isEmpty ? "" : "(\(session.facts))")
    }

    private mutating func show(_ error: APIErrorText) {
        prose(error.text, .red, mark: "✘ ", next: "  ")
        if !error.facts.isEmpty { add(TerminalLine("  (\(error.facts))", .dim)) }
    }

    private mutating func show(_ hook: HookReport) {
        guard hook.hasEnded else { return title("·", .dim, "Hook \(hook.name) runs") }
        let code = hook.exitCode.flatMap { $0 == 0 ? nil : "exit \($0)" } ?? ""
        title(hook.isFailure ? "✘" : "✔", hook.isFailure ? .red : .green, "Hook \(hook.name)", code)
        if let text = hook.output { output(text) }
    }

    private mutating func show(_ task: TaskReport) {
        title("·", .dim, task.title, task.phase == .progress ? task.lastTool.map { "(\($0))" } ?? "" : "")
    }

    private mutating func show(_ result: ResultReport) {
        if let text = result.text { prose(text) }
        if let json = result.structuredOutput { output(json) }
        add(
            TerminalLine("\(result.isSuccess ? "✔" : "✘") \(result.title)", result.isSuccess ? .green : .red)
                .adding(result.failure.isEmpty ? "" : ". \(result.failure)")
        )
    }

    private mutating func show(_ notice: NoticeReport) {
        prose(notice.text, .cyan, mark: "-- ", next: "   ")
        if !notice.facts.isEmpty { add(TerminalLine("   (\(notice.facts))", .dim)) }
    }
}
