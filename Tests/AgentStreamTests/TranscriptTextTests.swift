import AgentStream
import Foundation
import Testing

private let golden = [
    "background-task-at-end", "bash-fail", "big-output", "err-401", "files-overwrite-search",
    "files-write-edit-read-grep-glob", "json-schema", "max-turns", "perm-denied-default", "read-image",
    "stop-hook-check", "subagent-background", "tasks-taskcreate", "todo-legacy-tasks0", "unicode-ansi", "unknown-tool",
]

/// `CARETAKER_RENEW=1` writes the texts anew instead; look at what changed before you keep it.
@Test(arguments: golden)
func aRecordingReadsAsItsText(name: String) throws {
    var transcript = TranscriptText()
    let text = transcript.text(of: try Recording(name).entries)
    if ProcessInfo.processInfo.environment["CARETAKER_RENEW"] == "1" {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        try text.write(to: folder.appending(path: "\(name).txt"), atomically: true, encoding: .utf8)
    } else {
        #expect(try text == Recording.text(of: name))
    }
}

@Test func onlyColourTellsTheTwoFormsApart() throws {
    for name in try Recording.names() {
        let entries = try Recording(name).entries
        var plain = TranscriptText()
        var colored = TranscriptText(TranscriptText.Options(inColor: true))
        let text = plain.text(of: entries)
        #expect(!text.contains("\u{1B}"), "\(name)")
        #expect(withoutColors(colored.text(of: entries)) == text, "\(name)")
    }
}

@Test func titlesAreCutToTheWidthAndNothingElseIs() throws {
    let command = String(repeating: "long ", count: 40)
    let lines = [
        #"{"type":"assistant","message":{"content":[{"type":"tool_use","id":"1","name":"Read","input":{"file_path":"/漢字/\#(command)"}}]}}"#,
        #"{"type":"assistant","message":{"content":[{"type":"text","text":"\#(command)"}]}}"#,
    ]
    var transcript = TranscriptText(TranscriptText.Options(width: 20))
    let text = transcript.text(of: entries(of: lines))
    #expect(text == "● Read /漢字/long l…\n\(command)\n")
}

@Test func aSubagentsWorkIsIndentedAndAResultElsewhereNamesItsUse() {
    let lines = [
        assistant(#"{"type":"tool_use","id":"a","name":"Task","input":{"description":"Look","prompt":"look"}}"#),
        assistant(#"{"type":"tool_use","id":"b","name":"Bash","input":{"command":"ls"}}"#, parent: "a"),
        assistant(#"{"type":"text","text":"meanwhile"}"#),
        #"{"type":"user","parent_tool_use_id":"a","message":{"content":[{"type":"tool_result","tool_use_id":"b","content":"x"}]}}"#,
    ]
    var transcript = TranscriptText()
    #expect(
        transcript.text(of: entries(of: lines)) == """
            ● Task Look
              look
              $ ls
            meanwhile
              ↳ Bash ls
                x
                ✔

            """
    )
}

@Test func longOutputShowsItsBeginningAndItsEnd() {
    let output = (1...100).map(String.init).joined(separator: "\\n")
    let line =
        #"{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"b","content":"\#(output)"}]}}"#
    var transcript = TranscriptText(TranscriptText.Options(outputLines: 4))
    #expect(transcript.text(of: entries(of: [line])) == "↳ Result\n  1\n  2\n  … 96 more lines\n  99\n  100\n  ✔\n")
    var all = TranscriptText(TranscriptText.Options(outputLines: nil))
    #expect(all.text(of: entries(of: [line])).contains("\n  57\n"))
}

/// An assistant line with one block.
func assistant(_ block: String, parent: String? = nil) -> String {
    let parent = parent.map { "\"\($0)\"" } ?? "null"
    return #"{"type":"assistant","message":{"content":[\#(block)]},"parent_tool_use_id":\#(parent)}"#
}

/// The entries of lines, by one fold.
func entries(of lines: [String]) -> [TranscriptEntry] {
    var fold = TranscriptFold()
    return lines.flatMap { fold.entries(ofWire: bytes($0)) }
}
