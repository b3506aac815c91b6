import AgentStream
import Testing

@Test func noMutationOfARecordingTrapsOrHidesAnything() throws {
    var generator = SeededGenerator(seed: 11)
    let lines = try Recording.names().flatMap { try Recording($0).lines }.filter { $0.count < 20_000 }
    var fold = TranscriptFold()
    var transcript = TranscriptText(TranscriptText.Options(outputLines: nil))
    var partial = PartialDisplay()
    for _ in 0..<generatedCount / 4 {
        let line = lines[generator.below(lines.count)]
        let bytes = generator.below(3) == 0 ? generator.mutated(line) : generator.exchanged(line)
        let kind = AgentLine.Kind.allCases[generator.below(AgentLine.Kind.allCases.count)]
        let entries =
            generator.below(2) == 0
            ? fold.entries(of: bytes, kind: kind, isCut: generator.below(2) == 0) : fold.entries(ofWire: bytes)
        let text = transcript.text(of: entries)
        #expect(isHarmless(text), "\(String(decoding: bytes, as: UTF8.self))")
        #expect(text.utf8.count <= 1 << 20)
        #expect(isHarmless(withoutErasing(partial.take(bytes, width: 40))))
        _ = partial.around(entries, width: 40)
    }
}

/// The agent's words in every field, with all that could deceive a reader or command a terminal.
@Test func hostileTextInEveryFieldComesOutHarmless() throws {
    var generator = SeededGenerator(seed: 12)
    let hostile =
        "\u{1B}[2J\u{1B}]0;x\u{7}\u{9B}31m\u{202E}\u{2066}\u{200B}\u{2028}\u{FEFF}\u{0}\u{8}\r👩\u{200D}👧\u{E0041}\n\u{85}"
    for name in try Recording.names() where name != "recommended-flags" {
        var fold = TranscriptFold()
        var transcript = TranscriptText(TranscriptText.Options(outputLines: nil))
        var colored = TranscriptText(TranscriptText.Options(inColor: true, width: 30))
        for line in try Recording(name).lines {
            guard let tree = try? JSONValue(parsing: line) else { continue }
            let spoiled = generator.spoiled(tree, with: hostile).encoded
            let entries = fold.entries(of: spoiled, kind: AgentLine(classifying: spoiled).kind)
            #expect(isHarmless(transcript.text(of: entries)), "\(name)")
            #expect(isHarmless(withoutColors(colored.text(of: entries))), "\(name)")
            for entry in entries { #expect(isHarmless(entry.words?.visible ?? "")) }
        }
    }
}

/// What differs is known: titles of uses before, changes of lists, a repeated session or last word.
@Test func aFoldThatBeginsInTheMiddleSaysTheSame() throws {
    for name in try Recording.names() where name != "recommended-flags" {
        let lines = try Recording(name).lines.map { ($0, AgentLine(classifying: $0).kind) }
        for start in lines.indices {
            var whole = TranscriptFold()
            var late = TranscriptFold()
            for (line, kind) in lines[..<start] { _ = whole.entries(of: line, kind: kind) }
            for (line, kind) in lines[start...] {
                let expected = whole.entries(of: line, kind: kind)
                let entries = late.entries(of: line, kind: kind)
                #expect(entries.map(\.part) == expected.map(\.part) && entries.map(\.parent) == expected.map(\.parent))
                for (one, other) in zip(entries, expected) {
                    #expect(one.content == other.content || one.content.mayDiffer(from: other.content), "\(name)")
                }
            }
        }
    }
}

@Test func generatedTreesOfEveryKindAreTaken() {
    var generator = SeededGenerator(seed: 13)
    var fold = TranscriptFold()
    var transcript = TranscriptText()
    for _ in 0..<generatedCount / 20 {
        let types = ["assistant", "user", "system", "result", "rate_limit_event", "raw", "internal", "x"]
        let tree: JSONValue = [
            "type": .string(types[generator.below(types.count)]), "subtype": generator.tree(),
            "message": [
                "content": [generator.tree(), ["type": "tool_use", "name": "Edit", "input": generator.tree()]]
            ],
            "tool_use_result": generator.tree(), "base64": generator.tree(), "parent_tool_use_id": generator.tree(),
        ]
        #expect(isHarmless(transcript.text(of: fold.entries(ofWire: tree.encoded))))
    }
}

extension TranscriptEntry.Content {
    /// Whether the two are the same thing but for what only an earlier message can tell.
    fileprivate func mayDiffer(from other: Self) -> Bool {
        switch (self, other) {
        case (.session(let one), .session(let two)): one.id == two.id && one.tools == two.tools
        case (.toolResult(let one), .toolResult(let two)): one.of == two.of && one.isError == two.isError
        case (.toolUse(let one), .toolUse(let two)): one.name == "TodoWrite" && one.id == two.id
        case (.result(let one), .result(let two)): one.turns == two.turns && one.isSuccess == two.isSuccess
        default: false
        }
    }
}
