extension ToolOutput.CommandOutput {
    /// Reads a command's result; the exit code of a failed one is only in its text.
    init(_ source: ToolOutput.Source) {
        let structured = source.structured
        let isStructured = structured["stdout"]?.string != nil || structured["stderr"]?.string != nil
        let (told, rest) = isStructured ? (nil, "") : Self.split(source.text)
        let isShown = isStructured || !source.text.isEmpty
        let isPlaceholder = rest == "(Bash completed with no output)"
        output = isStructured ? structured.text("stdout") ?? ShownText("") : ShownText(isPlaceholder ? "" : rest)
        errors = isStructured ? structured.text("stderr") : nil
        wasInterrupted = structured.flag("interrupted")
        interpretation = structured.word("returnCodeInterpretation")
        backgroundTask = structured.word("backgroundTaskId")
        persistedPath = structured.word("persistedOutputPath")
        persistedBytes = structured.count("persistedOutputSize")
        // The program makes an error of every exit code but 0 that it knows no other meaning for.
        let isSuccess = isShown && !source.isError && !wasInterrupted && interpretation == nil && backgroundTask == nil
        exitCode = told ?? (isSuccess ? 0 : nil)
    }

    /// The exit code in the first line, and the rest.
    private static func split(_ text: String) -> (Int?, String) {
        guard text.hasPrefix("Exit code ") else { return (nil, text) }
        let rest = text.unicodeScalars.dropFirst("Exit code ".count)
        let line = rest.prefix { $0 != "\n" }
        guard let code = Int(String(line)) else { return (nil, text) }
        return (code, String(rest.dropFirst(line.count + 1)))
    }
}

extension ToolOutput.Report {
    init(_ source: ToolOutput.Source) {
        let structured = source.structured
        status = structured.word("status")
        // Of a subagent that goes on in the background there is only a note to the agent.
        if status == "async_launched" {
            (text, tokens, toolUses, milliseconds) = (ShownText(""), nil, nil, nil)
            return
        }
        // The program's own notes stand in the content beside the subagent's words.
        let words = structured["content"]?.contentTexts.filter { !$0.hasPrefix("<tools-used-before-summary>") }
        text = ShownText(words.map { $0.joined(separator: "\n") } ?? source.text)
        tokens = structured.count("totalTokens")
        toolUses = structured.count("totalToolUseCount")
        milliseconds = structured.count("totalDurationMs")
    }
}
