import Testing

@testable import AgentStream

/// The elements of an array that comes in pieces.
struct JSONElementsTests {
    @Test(arguments: [
        ("[]", []), (" [ ] \n", []), ("[1]", ["1"]), ("[ 1 , 2\n]", ["1", "2"]),
        (#"[{"a":"],}[\""},["x",[]],"\\"]"#, [#"{"a":"],}[\""}"#, #"["x",[]]"#, #""\\""#]),
        ("[{\n\"a\":\r\n1}]", ["{ \"a\":  1}"]), (#"["ä€🙂"]"#, [#""ä€🙂""#]),
    ])
    func theyAreTheSameHoweverTheTextIsCut(_ text: String, _ expected: [String]) {
        for size in 1...max(1, text.utf8.count) {
            let (found, rest) = Self.read(text, size)
            #expect(found == expected, "in pieces of \(size)")
            #expect(rest == nil)
        }
    }

    @Test(arguments: [
        ("", [], ""), ("{\"a\":1}", [], "{\"a\":1}"), ("[1,2", ["1"], "2"), ("[1,", ["1"], ""), ("[1] x", ["1"], "x"),
        ("[\"a", [], "\"a"), ("null", [], "null"),
    ])
    func whatIsNoArrayToItsEndIsLeft(_ text: String, _ expected: [String], _ left: String) {
        for size in 1...max(1, text.utf8.count) {
            let (found, rest) = Self.read(text, size)
            #expect(found == expected)
            #expect(rest == left)
        }
    }

    private static func read(_ text: String, _ size: Int) -> (found: [String], rest: String?) {
        var elements = JSONElements()
        var found: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            elements.read(Array(bytes[start..<min(start + size, bytes.count)])) {
                found.append(String(decoding: $0, as: UTF8.self))
            }
        }
        return (found, elements.rest.map { String(decoding: $0, as: UTF8.self) })
    }
}
