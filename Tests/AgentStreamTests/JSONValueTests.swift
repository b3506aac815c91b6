import AgentStream
import Testing

@Test func aTreeKeepsOrderAndDigits() throws {
    let text = "{\"z\":1.50,\"a\":[true,false,null,\"x\"],\"n\":{\"big\":123456789012345678901234567890}}"
    let tree = try JSONValue(parsing: text)
    #expect(tree.encoded == bytes(text))
    #expect(tree["n"]?["big"] == .number("123456789012345678901234567890"))
    #expect(tree["a"]?[3]?.string == "x")
    #expect(tree["a"]?[4] == nil)
    #expect(tree["a"]?["z"] == nil)
    #expect(tree.object?.keys == ["z", "a", "n"])
}

@Test func ofDuplicateKeysTheLastValueHoldsInTheFirstPlace() throws {
    #expect(try JSONValue(parsing: "{\"a\":1,\"b\":2,\"a\":3}").encoded == bytes("{\"a\":3,\"b\":2}"))
    let many = (0..<100).map { "\"k\($0 % 40)\":\($0)" }.joined(separator: ",")
    let tree = try JSONValue(parsing: "{\(many)}")
    #expect(tree.object?.count == 40)
    #expect(tree["k0"]?.int == 80)
    #expect(tree.object?.keys.first == "k0")
}

@Test func keysAreComparedByteByByte() throws {
    let tree = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
    #expect(tree.object?.count == 2)
    #expect(tree["\u{E9}"]?.int == 1)
    #expect(tree["e\u{301}"]?.int == 2)
}

@Test(arguments: [
    ("\\u0041\\u00e9\\u65e5", "Aé日"), ("\\ud83d\\ude00", "😀"), ("a\\ud800b", "a\u{FFFD}b"), ("\\udc00", "\u{FFFD}"),
    ("\\ud800\\ud83d\\ude00", "\u{FFFD}😀"), ("\\ud800\\u0041", "\u{FFFD}A"), ("\\uDBFF\\uDFFF", "\u{10FFFF}"),
    ("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\u{8}\u{C}\n\r\t"), ("\\u0000", "\u{0}"), ("", ""), ("é\\né", "é\né"),
])
func escapesAreDecoded(escaped: String, expected: String) throws {
    let string = try JSONValue(parsing: "\"\(escaped)\"").string
    #expect(string.map { Array($0.unicodeScalars) } == Array(expected.unicodeScalars))
}

@Test func stringsAreWrittenAsJavaScriptWritesThem() {
    let value: JSONValue = "\"\\/\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}é\u{2028}😀"
    let expected = "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}é\u{2028}😀\""
    #expect(value.encoded == bytes(expected))
    var buffer = bytes("x")
    JSONWriter.appendJSONString("a\"b".dropFirst(), to: &buffer)
    #expect(buffer == bytes("x\"\\\"b\""))
}

@Test func literalsMakeTrees() {
    let value: JSONValue = ["a": [1, 2.5, "x\(1)", true, .null], "b": ["c": -3.0]]
    #expect(value.encoded == bytes("{\"a\":[1,2.5,\"x1\",true,null],\"b\":{\"c\":-3}}"))
    #expect(JSONValue(Double.nan) == .null)
    #expect(JSONValue(UInt64.max) == .number("18446744073709551615"))
}

@Test func numbersAreReadWithoutTraps() throws {
    #expect(try JSONValue(parsing: "9223372036854775807").int == .max)
    #expect(try JSONValue(parsing: "9223372036854775808").int == nil)
    #expect(try JSONValue(parsing: "1e3").int == 1000)
    #expect(try JSONValue(parsing: "1.5").int == nil)
    #expect(try JSONValue(parsing: "-0").int == 0)
    #expect(try JSONValue(parsing: "1e999").int == nil)
    #expect(try JSONValue(parsing: "1e999").double == .infinity)
    #expect(try JSONValue(parsing: "0.0154").double == 0.0154)
    #expect(JSONValue.string("1").int == nil)
}

@Test func aTreeIsRefusedBelowItsDepth() throws {
    #expect(try JSONValue(parsing: bytes("[[1]]"), maximumDepth: 2) == [[1]])
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: bytes("[[[1]]]"), maximumDepth: 2) }
    #expect(error.problem == .tooDeep)
    #expect(error.offset == 2)
}

@Test func membersAreSetInPlace() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = 3
    object["c"] = .null
    object["b"] = nil
    #expect(JSONValue.object(object).encoded == bytes("{\"a\":3,\"c\":null}"))
    #expect(object["c"]?.isNull == true)
}

@Test func theDeepestTreeIsReadComparedAndWritten() throws {
    let text = String(repeating: "[{\"a\":", count: 256) + "1" + String(repeating: "}]", count: 256)
    let tree = try JSONValue(parsing: text)
    #expect(tree.encoded == bytes(text))
    #expect(tree == (try JSONValue(parsing: text)))
    #expect(Set([tree, tree]).count == 1)
}
