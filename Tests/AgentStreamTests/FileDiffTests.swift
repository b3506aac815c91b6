import AgentStream
import Testing

@Test func anEditIsADiffWithTheLinesAround() throws {
    let diff = try editDiff(old: "a\nb\nc\nd\ne\nf", new: "a\nb\nc\nd\nE\nf\n")
    #expect(shown(diff) == [" b", " c", " d", "-e", "+E", " f"])
    #expect(diff.hunks.count == 1 && diff.addedCount == 1 && diff.removedCount == 1)
}

@Test func changesFarApartAreHunksOfTheirOwn() throws {
    let lines = (1...30).map(String.init)
    var changed = lines
    changed[2] = "three"
    changed.insert("new", at: 25)
    let diff = try editDiff(old: lines.joined(separator: "\n"), new: changed.joined(separator: "\n"))
    #expect(
        diff.hunks.map { $0.lines.filter { $0.kind != .context }.map(\.text.visible) } == [["3", "three"], ["new"]]
    )
}

@Test(arguments: [
    ("", "a\nb", ["+a", "+b"]), ("a\n", "", ["-a"]), ("same", "same", []), ("é", "e\u{301}", ["-é", "+e\u{301}"]),
])
func smallDiffsAreRight(old: String, new: String, lines: [String]) throws {
    #expect(shown(try editDiff(old: old, new: new)).map { Array($0.utf8) } == lines.map { Array($0.utf8) })
}

@Test func aPatchHasItsLineNumbers() throws {
    let patch =
        #"[{"oldStart":7,"newStart":9,"lines":[" a","-b","+c"," d","\\ No newline at end of file"]},{"lines":[" x"]}]"#
    let diff = try #require(patchDiff(patch))
    #expect(diff.hunks[0].lines.map(\.oldNumber) == [7, 8, nil, 9, nil])
    #expect(diff.hunks[0].lines.map(\.newNumber) == [9, nil, 10, 11, nil])
    #expect(diff.hunks[0].lines.last?.kind == .note)
    #expect(diff.hunks[1].lines.first?.oldNumber == nil)
}

@Test func numbersAtTheEdgeDoNotTrap() {
    let patch = #"[{"oldStart":9223372036854775807,"newStart":-5,"lines":[" a"," b",7,null]}]"#
    #expect(patchDiff(patch)?.hunks.first?.lines.count == 4)
}

@Test func aLongDiffIsCutAndSaysByHowMuch() throws {
    let old = (1...5000).map { "old \($0)" }.joined(separator: "\n")
    let new = (1...5000).map { "new \($0)" }.joined(separator: "\n")
    let diff = try editDiff(old: old, new: new)
    #expect(shown(diff).count == TranscriptLimits.diffLines)
    #expect(shown(diff).count + diff.omittedLines == 10_000)
    let lines = (0..<3000).map { "\"+\($0)\"" }.joined(separator: ",")
    #expect(patchDiff("[{\"lines\":[\(lines)]}]")?.omittedLines == 1000)
}

@Test func severalEditsOfOneUseAreOneDiff() throws {
    let edits = #"[{"old_string":"a","new_string":"b"},{"old_string":"c","new_string":"d"},{"new_string":7}]"#
    let content = content(#"{"type":"tool_use","name":"MultiEdit","input":{"file_path":"f","edits":\#(edits)}}"#)
    guard case .toolUse(let use)? = content, case .edit("f", let diff, false) = use.input else {
        Issue.record("\(String(describing: content))")
        return
    }
    #expect(shown(diff) == ["-a", "+b", "-c", "+d"])
}

private func shown(_ diff: FileDiff) -> [String] {
    diff.hunks.flatMap(\.lines).map { $0.kind.rawValue + $0.text.visible }
}

private func editDiff(old: String, new: String) throws -> FileDiff {
    let input: JSONValue = ["file_path": "f", "old_string": .string(old), "new_string": .string(new)]
    let block: JSONValue = ["type": "tool_use", "name": "Edit", "input": input]
    guard case .toolUse(let use)? = content(String(decoding: block.encoded, as: UTF8.self)),
        case .edit(_, let diff, _) = use.input
    else { throw Missing() }
    return diff
}

private func patchDiff(_ patch: String) -> FileDiff? {
    let line =
        #"{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"x","content":""}]},"tool_use_result":{"filePath":"f","oldString":"","structuredPatch":\#(patch)}}"#
    guard case .toolResult(let result)? = entries(of: [line]).first?.content,
        case .edited(_, let diff) = result.output
    else { return nil }
    return diff
}

/// Something that a test needs was not there.
struct Missing: Error {}

/// What one block of an assistant's line becomes.
func content(_ block: String) -> TranscriptEntry.Content? { entries(of: [assistant(block)]).first?.content }
