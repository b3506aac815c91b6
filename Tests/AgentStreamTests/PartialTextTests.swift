import AgentStream
import Testing

@Test func aRecordedTextIsToldWhileItIsTyped() throws {
    var fold = PartialFold()
    let parts = try Recording("partial-text").lines.compactMap { fold.take($0) }
    #expect(parts.map(\.delta.visible) == ["", "All good."])
    #expect(parts.allSatisfy { $0.kind == .text && $0.part == 0 && $0.parent == nil })
}

@Test func theToolOfAnInputIsKnown() {
    var fold = PartialFold()
    _ = fold.take(event(#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","name":"Bash"}}"#))
    let delta = #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"co"}}"#
    let text = fold.take(event(delta))
    #expect(text?.kind == .toolInput && text?.tool == "Bash" && text?.part == 2 && text?.delta.visible == "{\"co")
}

@Test func whatIsTypedIsErasedBeforeTheWholeTextIsWritten() {
    var display = PartialDisplay()
    #expect(display.take(delta("one two"), width: 20) == "\u{1B}[2mone two\u{1B}[0m\n")
    #expect(
        display.take(delta(" three\\nfour"), width: 20)
            == "\u{1B}[1A\u{1B}[J\u{1B}[2mone two three\u{1B}[0m\n\u{1B}[2mfour\u{1B}[0m\n"
    )
    // Something else comes between: the typed text stays, below it.
    let between = display.around(entries(of: [#"{"type":"system","subtype":"notification","text":"x"}"#]), width: 20)
    #expect(between.before == "\u{1B}[2A\u{1B}[J" && between.after.contains("four"))
    let whole = display.around(entries(of: [assistant(#"{"type":"text","text":"one two three\nfour"}"#)]), width: 20)
    #expect(whole.before == "\u{1B}[2A\u{1B}[J" && whole.after.isEmpty)
    #expect(display.clear().isEmpty)
}

@Test func longLinesAreBrokenSoThatTheirNumberIsKnown() {
    var display = PartialDisplay()
    let text = display.take(delta(String(repeating: "漢", count: 40)), width: 11)
    let rows = withoutColors(text).split(separator: "\n")
    #expect(rows.count == 6 && rows.allSatisfy { $0.count == 5 })
    #expect(display.clear() == "\u{1B}[6A\u{1B}[J")
}

private func delta(_ text: String) -> [UInt8] {
    event(#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#)
}

private func event(_ event: String) -> [UInt8] {
    bytes(#"{"type":"stream_event","event":\#(event),"parent_tool_use_id":null}"#)
}
