extension EntryLines {
    mutating func show(_ result: ToolResult, withHeading: Bool, edit: FileDiff?) {
        if withHeading {
            let what = [result.name ?? "Result", result.title ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
            add(TerminalLine("↳ \(what)", .dim, isTitle: true))
        }
        switch result.output {
        case .bash(let output): show(output, result)
        case .lines(let lines): outcome(result, lines.summary)
        case .images(let images, let text): show(images, text, result)
        case .written(_, let created, let diff):
            if let diff { show(diff) }
            outcome(result, (created ? "created" : "overwritten") + (diff.map { ", \($0.summary)" } ?? ""))
        case .edited(_, let told):
            let diff = told ?? edit
            if let diff { show(diff) }
            outcome(result, diff?.summary ?? "edited")
        case .matches(let matches): show(matches, result)
        case .checklist(let list):
            // The use of a tool that gives the whole list has shown it already.
            if withHeading || result.name != "TodoWrite" { show(list) }
            outcome(result, list.summary)
        case .subagent(let report):
            output(report.text)
            outcome(result, report.summary)
        case .text(let text):
            output(text)
            outcome(result, "")
        }
    }

    /// The last line of a result: whether it went well, and what else there is to say.
    private mutating func outcome(_ result: ToolResult, _ words: String) {
        let isBad = result.isError || result.wasRefused
        let text = result.wasRefused ? ["refused", words] : [words]
        let said = text.filter { !$0.isEmpty }.joined(separator: ", ")
        add(TerminalLine(isBad ? "  ✘" : "  ✔", isBad ? .red : .green).adding(said.isEmpty ? "" : " \(said)", .dim))
    }

    private mutating func show(_ output: ToolOutput.CommandOutput, _ result: ToolResult) {
        self.output(output.output)
        if let errors = output.errors { self.output(errors) }
        outcome(result, output.summary)
    }

    private mutating func show(_ images: [ShownImage], _ text: ShownText?, _ result: ToolResult) {
        if let text { output(text) }
        for image in images { add(TerminalLine("  \(image.summary)", .dim)) }
        outcome(result, "")
    }

    private mutating func show(_ matches: ToolOutput.Matches, _ result: ToolResult) {
        if let content = matches.content {
            output(content)
        } else {
            bounded(matches.files.elements.map { TerminalLine("  \($0)", .dim) })
            omission(matches.files.omittedCount, "files", indent: "  ")
        }
        outcome(result, matches.summary)
    }
}
