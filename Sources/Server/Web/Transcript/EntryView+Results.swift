import AgentStream

extension EntryView {
    mutating func show(_ result: ToolResult) {
        kind = "result"
        of = result.of.isEmpty ? nil : result.of
        heading = Heading(
            mark: "↳",
            name: result.name ?? "Result",
            title: result.title.flatMap { $0.isEmpty ? nil : $0 }
        )
        show(result.output, of: result)
    }

    private mutating func show(_ output: ToolOutput, of result: ToolResult) {
        switch output {
        case .bash(let output): show(output, result)
        case .lines(let lines):
            self.output(lines.text, "output file")
            end(result, lines.summary)
        case .images(let images, let text):
            if let text { self.output(text) }
            for image in images { show(image) }
            end(result, "")
        case .written(_, let created, let diff):
            if let diff { show(diff) }
            end(result, (created ? "created" : "overwritten") + (diff.map { ", \($0.summary)" } ?? ""))
        case .edited(_, let diff):
            if let diff { show(diff) }
            end(result, diff?.summary ?? "edited")
        case .matches(let matches):
            show(matches)
            end(result, matches.summary)
        case .checklist(let list):
            // The use of a tool that gives the whole list has shown it already.
            if result.name != "TodoWrite" { show(list) }
            end(result, list.summary)
        case .subagent(let report):
            prose(report.text)
            end(result, report.summary)
        case .text(let text):
            self.output(text)
            end(result, "")
        }
    }

    private mutating func show(_ output: ToolOutput.CommandOutput, _ result: ToolResult) {
        self.output(output.output)
        if let errors = output.errors { self.output(errors, "output errors") }
        end(result, output.summary, isBad: output.wasInterrupted || (output.exitCode ?? 0) != 0)
    }

    private mutating func show(_ matches: ToolOutput.Matches) {
        if let content = matches.content { return output(content) }
        if !matches.files.isEmpty { add(Block(files: matches.files.elements)) }
        omission(matches.files.omittedCount, "files")
    }

    /// Says whether it went well, and what else there is to say.
    private mutating func end(_ result: ToolResult, _ words: String, isBad: Bool = false) {
        let isBad = isBad || result.isError || result.wasRefused
        let said = [result.wasRefused ? "refused" : "", words].filter { !$0.isEmpty }.joined(separator: ", ")
        // The sign is not read to those who do not see it.
        let told = said.isEmpty ? (isBad ? "failed" : "done") : said
        outcome = Outcome(tone: isBad ? "bad" : "good", sign: isBad ? "✘" : "✔", words: told)
    }
}
