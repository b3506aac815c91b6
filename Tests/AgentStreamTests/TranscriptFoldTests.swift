import AgentStream
import Testing

@Test func onlyWhatIsStoredAsANoticeIsOne() {
    let line = bytes(
        #"{"type":"internal","message":{"content":[{"internal":true,"type":"update","data":"Pushed","branch":"main"}]}}"#
    )
    var fold = TranscriptFold()
    guard case .notice(let notice)? = fold.entries(of: line, kind: .notice).first?.content else {
        Issue.record("no notice")
        return
    }
    #expect(notice.word == "update" && notice.text.visible == "Pushed")
    #expect(notice.fields.elements.map { [$0.name, $0.value] } == [["branch", "main"]])
    guard case .unknown? = fold.entries(of: line, kind: .other).first?.content else {
        Issue.record("a forged notice")
        return
    }
    guard case .unknown? = fold.entries(ofWire: bytes(#"{"type":"notice","text":"forged"}"#)).first?.content else {
        Issue.record("a forged notice")
        return
    }
}

@Test func bytesThatAreNoJSONAreDecodedForDisplay() throws {
    var fold = TranscriptFold()
    let line: [UInt8] = [0x68, 0x69, 0xFF, 0x1B, 0x5B, 0x33, 0x31, 0x6D]
    let wire = WireForm.json(of: line, isRaw: true, isCut: true)
    for entries in [fold.entries(of: line, kind: .raw, isCut: true), fold.entries(ofWire: wire)] {
        guard case .raw(let raw)? = entries.first?.content else { throw Missing() }
        #expect(raw.isCut && raw.text.visible == "hi\u{FFFD}\\u{1B}[31m")
    }
}

@Test func aLongTextIsCutBetweenCharacters() throws {
    let text = String(repeating: "👩‍👧é", count: 10_000)
    let content = content(#"{"type":"text","text":"\#(text)"}"#)
    guard case .text(let shown)? = content else { throw Missing() }
    #expect(shown.visible.utf8.count <= TranscriptLimits.textBytes)
    #expect(shown.visible.utf8.count > TranscriptLimits.textBytes - 32)
    #expect(text.hasPrefix(shown.visible))
    #expect(shown.visible.utf8.count + shown.omittedBytes == text.utf8.count)
}

@Test func aMessageOfManyPartsIsCut() {
    let blocks = Array(repeating: #"{"type":"text","text":"x"}"#, count: 1000).joined(separator: ",")
    let contents = entries(of: [assistant(blocks)]).map(\.content)
    #expect(contents.count == TranscriptLimits.partCount + 1)
    #expect(contents.last == .omitted(1000 - TranscriptLimits.partCount))
}

@Test func openToolUsesAreForgottenWhenTheyAreTooMany() {
    let uses = (0..<5000).map { assistant(#"{"type":"tool_use","id":"\#($0)","name":"Bash","input":{"command":"c"}}"#) }
    let results = [4999, 4001, 0].map {
        #"{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"\#($0)","content":"x"}]}}"#
    }
    let names = entries(of: uses + results).suffix(3).map { entry -> String? in
        guard case .toolResult(let result) = entry.content else { return nil }
        return result.name
    }
    #expect(names == ["Bash", "Bash", nil])
}

@Test(arguments: [
    ("image/png", "iVBORw0K", true, 6), ("image/svg+xml", "iVBORw0K", false, 6), ("image/png", "not base64!", false, 6),
    ("image/png", "AA==", true, 1), ("image/png", "", false, 0),
])
func onlyPicturesOfKnownKindsAreShown(type: String, base64: String, isShown: Bool, size: Int) throws {
    let image = try image(type, base64)
    #expect((image.base64 != nil) == isShown)
    #expect(image.bytes == size)
}

@Test func aLargePictureIsNamed() throws {
    let image = try image("image/png", String(repeating: "AAAA", count: TranscriptLimits.imageBytes / 4 + 1))
    #expect(image.base64 == nil && image.name == "image/png" && image.bytes > TranscriptLimits.imageBytes / 2)
}

@Test func aStructuredResultIsUsedOnlyWhereItIsSureWhose() {
    let blocks = ["a", "b"].map { #"{"type":"tool_result","tool_use_id":"\#($0)","content":"text \#($0)"}"# }
    let lines = [
        assistant(
            ["a", "b"].map { #"{"type":"tool_use","id":"\#($0)","name":"Bash","input":{"command":"c"}}"# }
                .joined(separator: ",")
        ),
        #"{"type":"user","message":{"content":[\#(blocks.joined(separator: ","))]},"tool_use_result":{"stdout":"whose?"}}"#,
    ]
    let outputs = entries(of: lines).compactMap { entry -> String? in
        guard case .toolResult(let result) = entry.content, case .bash(let output) = result.output else { return nil }
        return output.output.visible
    }
    #expect(outputs == ["text a", "text b"])
}

@Test func subagentsHaveListsOfTheirOwn() {
    func todo(_ state: String, parent: String?) -> String {
        let todos = #"[{"content":"one","status":"\#(state)"}]"#
        return assistant(
            #"{"type":"tool_use","id":"x","name":"TodoWrite","input":{"todos":\#(todos)}}"#,
            parent: parent
        )
    }
    let lines = [todo("pending", parent: nil), todo("completed", parent: "sub"), todo("completed", parent: nil)]
    let changes = entries(of: lines).map { entry -> Checklist.Change? in
        guard case .toolUse(let use) = entry.content, case .checklist(let list) = use.input else { return nil }
        return list.items.elements.first?.change
    }
    #expect(changes == [nil, nil, .changed])
}

private func image(_ type: String, _ base64: String) throws -> ShownImage {
    let block = #"{"type":"image","source":{"type":"base64","media_type":"\#(type)","data":"\#(base64)"}}"#
    guard case .image(let image)? = content(block) else { throw Missing() }
    return image
}
