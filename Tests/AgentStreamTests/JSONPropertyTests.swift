import AgentStream
import Foundation
import Testing

@Test func aWrittenTreeIsReadBackTheSame() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<generatedCount / 5 {
        let tree = generator.tree()
        let text = tree.encoded
        let read = try JSONValue(parsing: text)
        #expect(read == tree)
        #expect(read.encoded == text)
    }
}

@Test func noMutationOfALineTrapsAndAllReadersAgree() throws {
    var generator = SeededGenerator(seed: 2)
    let lines = try ["bash-success", "sigterm-mid-bash", "perm-denied-default"].flatMap { try Recording($0).lines }
        .filter { $0.count < 1500 }
    for _ in 0..<generatedCount {
        let line = generator.mutated(lines[generator.below(lines.count)])
        let isValid = JSONScanner.isValid(line)
        #expect(((try? JSONValue(parsing: line)) != nil) == isValid)
        #expect((AgentLine(classifying: line).kind != .raw) == isValid)
        var fold = AgentFold()
        fold.take(line)
        #expect(JSONScanner.isValid(WireForm.json(of: line, isRaw: !isValid, isCut: false)))
    }
}

/// Foundation is the judge wherever it keeps to the grammar.
///
/// The alphabet leaves out what the two treat differently on purpose: digits (Foundation refuses numbers that fit no
/// type), `\u` escapes (a lone surrogate), and non-ASCII bytes (Foundation guesses UTF-16 and skips marks). Texts that
/// are wrong only by a trailing comma, which Foundation lets pass, are left out too.
@Test func theScannerAgreesWithFoundation() {
    var generator = SeededGenerator(seed: 3)
    let seeds = [
        "{\"a\":[1,2.5,-3e2,\"x\\ny\",true,false,null],\"b\":{\"c\":{}}}",
        "[[],{},[{\"k\":\"v\"}],\"\\\"\\\\\",0,-0.5E-1]",
        " { \"long key here\" : \"a longer text in here\" , \"n\" : null } ", "\"text\"", "[true,false,null]",
    ].map(bytes)
    for _ in 0..<generatedCount {
        let text = generator.mutated(seeds[generator.below(seeds.count)], with: bytes("{}[]\",:\\ -.+ntfax\n\t\u{1}"))
        if hasTrailingComma(text) { continue }
        let foundation = try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
        #expect((foundation != nil) == JSONScanner.isValid(text), "\(String(decoding: text, as: UTF8.self))")
    }
}

/// Whether the scanner's complaint is about a closing bracket right after a comma.
private func hasTrailingComma(_ text: [UInt8]) -> Bool {
    guard let fault = text.withUnsafeBytes({ JSONScanner.fault(in: $0) }),
        fault.problem == .unexpectedToken(UInt8(ascii: "]")) || fault.problem == .unexpectedToken(UInt8(ascii: "}"))
    else { return false }
    return text[..<fault.offset].last { !bytes(" \t\n\r").contains($0) } == UInt8(ascii: ",")
}
