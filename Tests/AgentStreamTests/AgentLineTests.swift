import AgentStream
import Testing

@Test(
    arguments: [
        ("{\"type\":\"assistant\",\"message\":{}}", AgentLine.Kind.assistant, nil, true),
        ("{\"type\":\"user\",\"message\":\"text\"}", .user, nil, false),
        ("{\"type\":\"system\",\"subtype\":\"init\"}", .system, "init", false),
        (
            "{\"a\":{\"type\":\"user\"},\"subtype\":\"success\",\"b\":[1],\"type\":\"result\"}\r", .result, "success",
            false
        ),
        ("{\"type\":\"stream_event\"}", .streamEvent, nil, false),
        ("{\"type\":\"rate_limit_event\"}", .rateLimit, nil, false),
        ("{\"type\":\"user\",\"type\":\"result\"}", .result, nil, false),
        ("{\"type\":\"result\",\"type\":1}", .other, nil, false),
        ("{\"subtype\":\"a\",\"subtype\":null,\"message\":{},\"message\":[]}", .other, nil, false),
        ("{\"\\u0074ype\":\"r\\u0065sult\"}", .result, nil, false),
        ("{\"x\":{\"type\":\"result\"}}", .other, nil, false),
        ("{\"x\":[{\"type\":\"result\",\"message\":{}}]}", .other, nil, false),
        ("[\"type\",\"result\"]", .other, nil, false), ("[{\"type\":\"result\"}]", .other, nil, false),
        ("{\"type\":\"notice\"}", .other, nil, false), ("{\"type\":\"raw\"}", .other, nil, false),
        ("{\"type\":\"other\"}", .other, nil, false), ("{\"Type\":\"result\"}", .other, nil, false),
        ("\"result\"", .other, nil, false), ("42", .other, nil, false), ("null", .other, nil, false),
        ("{}", .other, nil, false),
        ("", .raw, nil, false), ("\r", .raw, nil, false), ("hello", .raw, nil, false),
        ("{\"type\":\"result\"", .raw, nil, false), ("{\"type\":\"result\"}}", .raw, nil, false),
    ] as [(String, AgentLine.Kind, String?, Bool)]
)
func onlyTheTopOfALineSaysWhatItIs(text: String, kind: AgentLine.Kind, subtype: String?, hasMessage: Bool) {
    let line = AgentLine(classifying: bytes(text))
    #expect(line.kind == kind)
    #expect(line.subtype == subtype)
    #expect(line.hasMessage == hasMessage)
    #expect(AgentLine.isResult(bytes(text)) == (kind == .result))
}

@Test func invalidUTF8MakesALineRaw() {
    #expect(AgentLine(classifying: bytes("{\"type\":\"user\",\"x\":\"") + [0xFF] + bytes("\"}")).kind == .raw)
}

@Test func theWordsOfTheKindsAreThoseOfTheWire() {
    #expect(
        AgentLine.Kind.allCases.map(\.rawValue) == [
            "assistant", "user", "system", "result", "stream_event", "rate_limit_event", "notice", "raw", "other",
        ]
    )
}

@Test func aValidLinePassesWithItsCarriageReturnsAsSpaces() {
    let line = bytes("{\"a\":\r1,\"b\":\"\\r\"}\r")
    #expect(WireForm.json(of: line, isRaw: false, isCut: false) == bytes("{\"a\": 1,\"b\":\"\\r\"} "))
    #expect(WireForm.json(of: bytes("{\"a\":1}"), isRaw: false, isCut: true) == bytes("{\"a\":1}"))
}

@Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
])
func aRawLineIsWrittenAsBase64(text: String, encoded: String) {
    #expect(
        WireForm.json(of: bytes(text), isRaw: true, isCut: false)
            == bytes("{\"type\":\"raw\",\"base64\":\"\(encoded)\"}")
    )
    #expect(
        WireForm.json(of: bytes(text), isRaw: true, isCut: true)
            == bytes("{\"type\":\"raw\",\"base64\":\"\(encoded)\",\"cut\":true}")
    )
}

@Test func everyByteSurvivesBase64() throws {
    let line = (0...255).map { UInt8($0) }
    let tree = try JSONValue(parsing: WireForm.json(of: line, isRaw: true, isCut: false))
    #expect(tree["base64"]?.string?.hasPrefix("AAECAwQF") == true)
    #expect(tree["base64"]?.string?.hasSuffix("+fr7/P3+/w==") == true)
}
