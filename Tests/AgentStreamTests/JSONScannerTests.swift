import AgentStream
import Foundation
import Testing

/// Texts that must pass, and that Foundation passes too.
private let valid = [
    "null", "true", "false", "0", "-0", "1", "-12", "1.5", "0.1", "1e5", "1E+5", "1e-5", "12.34e2", "\"\"", "\"a\"",
    "[]", "{}", "[1]", "[[]]", "[{}]", "{\"a\":1}", "{\"a\":{\"b\":[1,2,{\"c\":null}]}}", " [ 1 , 2 ] ",
    "\t\n\r {\"a\"\r:\r1}\r\n", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\\u00e9\"", "\"\\ud83d\\ude00\"",
    "\"é日本😀\"",
    "\"\u{7F}\"", "\"12345678\"", "\"1234567é\"", "\"1234567\\n\"", "[\"a\",\"b\"]", "\"\u{10FFFF}\"",
    "[1,-1,0.5,\"x\",null,true,false]",
]

/// Texts that must not pass, and that Foundation refuses too.
private let invalid = [
    " ", "nul", "nulll", "True", "truex", "[", "]", "{", "}", "[1", "[1,", "[,1]", "[1 2]", "{\"a\"", "{\"a\":",
    "{\"a\":1", "{\"a\":1,", "{,}", "{a:1}", "{1:2}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[1}",
    "{\"a\":1]",
    "1 2", "{}{}", "[]]", "-", "01", "-01", "1.", ".5", "1e", "1e+", "1.e5", "+1", "0x10", "NaN", "Infinity", "\"",
    "\"a",
    "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\", "\"a\nb\"", "\"a\tb\"", "\"a\u{0}b\"", "\"1234567\u{1}\"",
    "'a'", "[1]//", "\u{C}1", "\u{A0}1",
]

@Test(arguments: valid)
func aTextOfTheGrammarIsValid(text: String) throws {
    #expect(JSONScanner.isValid(bytes(text)))
    #expect(JSONScanner.isValid(bytes("x" + text)[1...]))
    _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
}

@Test(arguments: invalid)
func aTextOutsideTheGrammarIsInvalid(text: String) {
    #expect(!JSONScanner.isValid(bytes(text)))
    #expect(throws: (any Error).self) {
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
}

@Test(arguments: ["[1,]", "{\"a\":1,}", "[[],]", "[1 ,\n]"])
func aTrailingCommaIsInvalid(text: String) {
    #expect(!JSONScanner.isValid(bytes(text)))
}

@Test func nothingAtAllIsInvalid() {
    #expect(!JSONScanner.isValid([]))
    #expect(!JSONScanner.isValid(UnsafeRawBufferPointer(start: nil, count: 0)))
}

@Test(arguments: ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\udfff x", "\\ud800\\n"])
func aLoneSurrogateEscapeIsValid(escape: String) {
    #expect(JSONScanner.isValid(bytes("\"\(escape)\"")))
}

@Test(
    arguments: [
        [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xF0, 0x80, 0x80, 0x80],
        [0xF0, 0x8F, 0xBF, 0xBF],
        [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0x80],
        [0xC3],
        [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xF0, 0x9F, 0x28, 0x80],
    ] as [[UInt8]]
)
func badUTF8IsInvalid(sequence: [UInt8]) {
    for padding in 0..<9 {
        let text = bytes("\"" + String(repeating: "x", count: padding)) + sequence + bytes("\"")
        #expect(!JSONScanner.isValid(text))
    }
    #expect(!JSONScanner.isValid(bytes("\"") + sequence))
    #expect(!JSONScanner.isValid(sequence))
}

@Test(
    arguments: [
        [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF],
        [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
    ] as [[UInt8]]
)
func theEdgesOfUTF8AreValid(sequence: [UInt8]) {
    #expect(JSONScanner.isValid(bytes("\"") + sequence + bytes("\"")))
}

@Test func aByteOrderMarkIsInvalid() {
    #expect(!JSONScanner.isValid([0xEF, 0xBB, 0xBF] + bytes("{}")))
}

@Test(arguments: [("[", "]"), ("{\"a\":", "}")])
func nestingEndsAt512(open: String, close: String) {
    func nested(_ depth: Int) -> [UInt8] {
        bytes(String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth))
    }
    for depth in [1, 63, 64, 65, 127, 128, 129, 511, 512] { #expect(JSONScanner.isValid(nested(depth))) }
    #expect(!JSONScanner.isValid(nested(513)))
    #expect(!JSONScanner.isValid(nested(1_000_000)))
    #expect(!JSONScanner.isValid(bytes(String(repeating: open, count: 1_000_000))))
}

@Test func theKindOfEveryOpenContainerIsRemembered() {
    let open = String(repeating: "[{\"a\":", count: 200)
    let close = String(repeating: "}]", count: 200)
    #expect(JSONScanner.isValid(bytes("\(open)1\(close)")))
    #expect(!JSONScanner.isValid(bytes("\(open)1\(close.dropLast(2))]}")))
    #expect(!JSONScanner.isValid(bytes("\(open)1\(close.dropFirst(2))}}")))
}

@Test(arguments: [
    ("", "Unexpected end of JSON input", 0), ("{\"a\":", "Unexpected end of JSON input", 5),
    ("[1,x]", "Unexpected token x in JSON at position 3", 3), ("{]", "Unexpected token ] in JSON at position 1", 1),
    ("\"a\u{1}\"", "Unexpected token 0x01 in JSON at position 2", 2),
])
func anErrorSaysWhatAndWhere(text: String, message: String, offset: Int) throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: bytes(text)) }
    #expect(error.message == message)
    #expect(error.offset == offset)
}
