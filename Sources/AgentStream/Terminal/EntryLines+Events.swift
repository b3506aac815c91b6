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
        let facts = [
            session.version.map { "Claude Code \($0)" }, session.directory, session.permissionMode,
            session.servers.isEmpty ? nil : session.servers.elements.joined(separator: ", "),
        ]
        let words = facts.compactMap(\.self).joined(separator: ", ")
        title("", .dim, "Session \(session.id ?? "?") with \(session.model ?? "?")", words.isEmpty ? "" : "(\(words))")
    }

    private mutating func show(_ error: APIErrorText) {
        let facts = [error.status.map(String.init), error.error].compactMap(\.self).joined(separator: ", ")
        prose(error.text, .red, mark: "✘ ", next: "  ")
        if !facts.isEmpty { add(TerminalLine("  (\(facts))", .dim)) }
    }

    private mutating func show(_ hook: HookReport) {
        guard hook.hasEnded else { return title("·", .dim, "Hook \(hook.name) runs") }
        let code = hook.exitCode.flatMap { $0 == 0 ? nil : "exit \($0)" } ?? ""
        title(hook.isFailure ? "✘" : "✔", hook.isFailure ? .red : .green, "Hook \(hook.name)", code)
        if let text = hook.output { output(text) }
    }

    private mutating func show(_ task: TaskReport) {
        let what = task.description ?? task.id ?? "?"
        switch task.phase {
        case .started: title("·", .dim, "In the background: \(what)")
        case .progress: title("·", .dim, what, task.lastTool.map { "(\($0))" } ?? "")
        case .ended:
            title("·", .dim, "Task \(task.status ?? "ended")\(task.summary.map { ": \($0.oneLine())" } ?? "")")
        }
    }

    private mutating func show(_ result: ResultReport) {
        if let text = result.text { prose(text) }
        if let json = result.structuredOutput { output(json) }
        let figures = [
            "after \(result.turns) turn\(result.turns == 1 ? "" : "s")",
            result.milliseconds.map { Amounts.seconds(milliseconds: $0) },
            result.costUSD.map { "session cost \(Amounts.dollars($0))" },
            result.denials.isEmpty ? nil : "\(result.denials.count) denied",
        ].compactMap(\.self).joined(separator: ", ")
        let words = result.isOfBackgroundTask ? "Background task ended" : result.isSuccess ? "Succeeded" : "Failed"
        add(
            TerminalLine("\(result.isSuccess ? "✔" : "✘") \(words) \(figures)", result.isSuccess ? .green : .red)
                .adding(result.failure.isEmpty ? "" : ". \(result.failure)")
        )
    }

    private mutating func show(_ notice: NoticeReport) {
        let fields = notice.fields.elements.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        prose(notice.text, .cyan, mark: "-- ", next: "   ")
        if !fields.isEmpty { add(TerminalLine("   (\(fields))", .dim)) }
    }
}

extension APIRetry {
    fileprivate var summary: String {
        let after = status.map { "status \($0)" } ?? "no answer"
        let delay = delayMilliseconds.map { " in \(Amounts.seconds(milliseconds: $0))" } ?? ""
        return "Retry \(attempt) of \(limit)\(delay) after \(after) (\(error ?? "?"))"
    }
}
